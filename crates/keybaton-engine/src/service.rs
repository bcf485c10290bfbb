//! The service: claims due work and drives it. A reconciler: it is woken by time, by a change in the store or by a
//! request, takes no input, and reads what to do.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use keybaton_ports::{Enrolled, Store};
use keybaton_types::{SecretId, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{Charge, Charges, Driver, Error, Pass, Time};

/// Changes by other processes are noticed within this (R7).
const POLL: Duration = Duration::from_millis(250);

/// How long a heartbeat counts.
const ALIVE: Duration = Duration::from_secs(10);

/// How often it is given.
const BEAT: Duration = Duration::from_secs(3);

/// When to come back after trouble, or to a secret that another engine drives.
const SOON: Duration = Duration::from_secs(2);

/// How the service works.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its name among other engines.
    pub holder: String,
    /// Secrets that are driven at once.
    pub concurrency: usize,
}

/// Claims due work and drives it.
pub struct Service {
    options: Options,
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
    driver: Arc<Driver>,
    charges: Charges,
}

/// What the service knows between two looks.
#[derive(Default)]
struct Round {
    stamp: Option<u64>,
    running: BTreeSet<SecretId>,
    touched: BTreeMap<SecretId, u64>,
    due: BTreeMap<SecretId, Timestamp>,
}

/// A pass that ended, and when to come back to it by time alone.
struct Ended {
    secret: SecretId,
    again: Option<Timestamp>,
}

impl Service {
    /// A service over these secrets.
    pub fn new(
        options: Options,
        store: Arc<dyn Store>,
        time: Arc<dyn Time>,
        driver: Arc<Driver>,
        charges: Charges,
    ) -> Self {
        Self { options, store, time, driver, charges }
    }

    /// Works until it is told to stop; then ends what it does, and gives up every lease and its heartbeat.
    pub async fn run(self, shutdown: CancellationToken) -> Result<(), Error> {
        let beat = tokio::spawn(heartbeat(Arc::clone(&self.store), self.options.holder.clone(), shutdown.clone()));
        let mut tasks = JoinSet::new();
        let mut round = Round::default();
        while !shutdown.is_cancelled() {
            if let Err(error) = self.look(&mut round, &mut tasks).await {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "the state database does not answer");
            }
            self.settle(&mut round, &mut tasks, &shutdown).await;
        }
        while let Some(ended) = tasks.join_next().await {
            drop(ended);
        }
        self.driver.release().await;
        let _ = beat.await;
        Ok(self.store.beat(&self.options.holder, Duration::ZERO).await?)
    }

    /// Starts a pass for each secret that was touched or is due, as far as there is room.
    async fn look(&self, round: &mut Round, tasks: &mut JoinSet<Ended>) -> Result<(), Error> {
        let stamp = self.store.stamp().await?;
        if round.stamp != Some(stamp) {
            round.touch(&self.store.secrets().await?);
            round.stamp = Some(stamp);
        }
        let now = self.store.now().await?;
        for secret in round.ready(now) {
            if round.running.len() >= self.options.concurrency {
                break;
            }
            let Some(charge) = self.charges.get(&secret) else {
                round.due.remove(&secret);
                continue;
            };
            round.due.remove(&secret);
            round.running.insert(secret);
            let driver = Arc::clone(&self.driver);
            tasks.spawn(async move { Ended { again: again(&driver, &charge).await, secret: charge.secret.clone() } });
        }
        Ok(())
    }

    /// Waits for the next reason to look: a pass that ended, the poll, or the end.
    async fn settle(&self, round: &mut Round, tasks: &mut JoinSet<Ended>, shutdown: &CancellationToken) {
        tokio::select! {
            Some(ended) = tasks.join_next() => {
                let Ok(Ended { secret, again }) = ended else { return };
                round.running.remove(&secret);
                if let Some(at) = again {
                    round.due.entry(secret).and_modify(|due| *due = at.min(*due)).or_insert(at);
                }
            }
            () = self.time.sleep(POLL) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

impl Round {
    /// Whatever was touched since the last look is due at once.
    fn touch(&mut self, rows: &[Enrolled]) {
        for row in rows {
            if self.touched.insert(row.secret.clone(), row.touched) != Some(row.touched) {
                self.due.insert(row.secret.clone(), Timestamp::default());
            }
        }
    }

    fn ready(&self, now: Timestamp) -> Vec<SecretId> {
        let due = self.due.iter().filter(|(secret, at)| **at <= now && !self.running.contains(*secret));
        due.map(|(secret, _)| secret.clone()).collect()
    }
}

/// One pass, and when to come back: at the time it names, or soon after trouble of the store or with the lease.
async fn again(driver: &Driver, charge: &Charge) -> Option<Timestamp> {
    match driver.pass(charge).await {
        Ok(Pass::Waits(at)) => at,
        Ok(Pass::Idle) => driver.next_firing(charge).await,
        Ok(Pass::Taken) => driver.soon(SOON).await,
        Err(error) => {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(secret = %charge.secret, %error, source, "the pass ended; nothing was lost");
            driver.soon(SOON).await
        }
    }
}

async fn heartbeat(store: Arc<dyn Store>, holder: String, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = store.beat(&holder, ALIVE).await {
            tracing::warn!(%error, "no heartbeat was given");
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(BEAT) => {}
        }
    }
}
