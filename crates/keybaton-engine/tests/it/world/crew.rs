//! Consumers: each instance reads the vault, authenticates, falls back to its last good key, and says what it saw.

use std::collections::BTreeMap;

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_ports::Store;
use keybaton_types::CredentialNo;

use super::World;

/// One running copy of a consumer.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) consumer: String,
    pub(crate) instance: String,
    /// It never looks at the vault again.
    pub(crate) stuck: bool,
    last_good: Option<CredentialNo>,
}

/// All consumers of the secret.
#[derive(Clone, Debug, Default)]
pub(crate) struct Crew {
    pub(crate) workers: Vec<Worker>,
    /// Keys that the consumers' own route refuses, whatever the probe says.
    pub(crate) refused: Vec<CredentialNo>,
    /// Whether an instance says that it has erased the key before.
    pub(crate) drops: bool,
    /// How often an instance had no key at all that works, stuck ones aside.
    pub(crate) outages: u32,
    /// How often a stuck instance had none.
    pub(crate) cut_off: u32,
    issued: BTreeMap<CredentialNo, keybaton_types::IssuedId>,
}

impl Crew {
    /// So many instances of `web`.
    pub(crate) fn of(instances: u32) -> Self {
        let worker =
            |no| Worker { consumer: "web".to_owned(), instance: format!("web-{no}"), stuck: false, last_good: None };
        Self { workers: (1..=instances).map(worker).collect(), ..Self::default() }
    }

    pub(crate) async fn work(&mut self, world: &World) {
        for credential in world.snapshot().await.ledger.credentials {
            self.issued.extend(credential.issued.map(|id| (credential.no, id)));
        }
        let served = world.served().await;
        for index in 0..self.workers.len() {
            let worker = self.workers[index].clone();
            let first = if worker.stuck { worker.last_good } else { served };
            let good = match self.call(world, &worker, first).await {
                None => self.call(world, &worker, worker.last_good.filter(|_| first != worker.last_good)).await,
                some => some,
            };
            match good {
                Some(_) => {
                    if self.drops && worker.last_good != good {
                        self.saw(world, &worker, worker.last_good, Seen::Dropped).await;
                    }
                    self.workers[index].last_good = good;
                }
                None if worker.stuck => self.cut_off += 1,
                None => self.outages += 1,
            }
        }
    }

    /// Ten calls with one key: what came of them is reported.
    async fn call(&self, world: &World, worker: &Worker, key: Option<CredentialNo>) -> Option<CredentialNo> {
        let key = key?;
        let (id, value) = (self.issued.get(&key)?, world.remembered(key).await?);
        let accepted = !self.refused.contains(&key) && world.issuer.accepts(id, &value);
        let (ok, refused, refused_at) = if accepted { (10, 0, None) } else { (0, 10, Some(world.now())) };
        let (consumer, instance) = (worker.consumer.clone(), worker.instance.clone());
        let report = Report { consumer, instance, credential: key, ok, refused, refused_at, ..Report::default() };
        world.memory.report(&world.secret, &report).await.unwrap();
        if !accepted {
            return None;
        }
        self.saw(world, worker, Some(key), Seen::Used).await;
        Some(key)
    }

    async fn saw(&self, world: &World, worker: &Worker, credential: Option<CredentialNo>, seen: Seen) {
        let (consumer, instance, last) = (worker.consumer.clone(), worker.instance.clone(), world.now());
        let sighting = Sighting { consumer, instance, credential, seen, last, lease_until: None };
        world.memory.sight(&world.secret, &sighting).await.unwrap();
    }
}
