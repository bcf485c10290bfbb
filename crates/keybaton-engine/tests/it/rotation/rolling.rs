//! Workloads that are restarted by a vault: their instances hold the rotation up until the last one is gone.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use keybaton_core::{
    policy::{Consumer, Evidence, Policy},
    rotation::{HoldReason, Request},
    sheet::Fencing,
};
use keybaton_ports::{
    Called, Has, Home, Instance, Publication, Restarted, Seen, Slot, Store, Vault, Wanted, Workload, Workloads,
};
use keybaton_testkit::fault::Faults;
use keybaton_types::{Grade, SecretId, VersionNo};

use super::{ASKED, BACK, DONE, nothing, settled};
use crate::world::{Crew, End, Setting, World, policy};

/// A cluster of one workload: pods by their names, each with the version that it was started for.
#[derive(Default)]
struct Pods {
    restarted: Option<VersionNo>,
    restarts: u32,
    running: Vec<(String, Option<VersionNo>)>,
}

/// A vault that restarts what reads it.
struct Rolling {
    inner: Arc<dyn Vault>,
    pods: Arc<Mutex<Pods>>,
}

#[async_trait]
impl Vault for Rolling {
    fn fencing(&self) -> Fencing {
        self.inner.fencing()
    }

    fn home(&self) -> Home {
        self.inner.home()
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        self.inner.publish(publication).await
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        self.inner.served(secret).await
    }

    fn workloads(&self) -> Option<&dyn Workloads> {
        Some(self)
    }
}

#[async_trait]
impl Workloads for Rolling {
    async fn workloads(&self, _: Slot<'_>, version: VersionNo) -> Called<Vec<Workload>> {
        let pods = self.pods.lock().unwrap();
        let has = |at: Option<VersionNo>| if at == Some(version) { Has::Present } else { Has::Earlier };
        let instances = pods.running.iter().map(|(name, at)| Instance { name: name.clone(), has: has(*at) });
        let restarted = if pods.restarted == Some(version) { Restarted::Yes } else { Restarted::No };
        Ok(vec![Workload { name: "api".to_owned(), restarted, instances: instances.collect() }])
    }

    async fn restart(&self, _: Slot<'_>, version: VersionNo) -> Called<()> {
        let mut pods = self.pods.lock().unwrap();
        pods.restarted = Some(version);
        pods.restarts += 1;
        pods.running.push((format!("api-{version}"), Some(version)));
        Ok(())
    }
}

/// A world whose vault restarts one workload, which has one pod with the old key.
async fn rolling() -> (World, Arc<Mutex<Pods>>) {
    let consumers = vec![Consumer { name: "api".to_owned(), evidence: Evidence::Agent { instances: 1 } }];
    let setting = Setting { policy: Policy { consumers, ..policy() }, ..Setting::default() };
    let mut world = World::adopted(setting, Faults::none(), None).await;
    world.crew = Crew::default();
    let pods = Arc::new(Mutex::new(Pods { running: vec![("api-old".to_owned(), None)], ..Pods::default() }));
    let inner = Arc::clone(&world.charge.vault);
    world.charge.vault = Arc::new(Rolling { inner, pods: Arc::clone(&pods) });
    world.ask(ASKED).await;
    (world, pods)
}

fn end(pods: &Mutex<Pods>, name: &str) {
    pods.lock().unwrap().running.retain(|(pod, _)| pod != name);
}

#[tokio::test]
async fn a_pod_that_is_still_there_holds_the_rotation_whatever_its_rollout_says() {
    let (mut world, pods) = rolling().await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::Straggler));
    assert_eq!((pods.lock().unwrap().restarts, world.live().len()), (1, 2));
    let rows = world.memory.audit_rows(Some(&world.secret), 0, 100).await.unwrap();
    let noted = rows.iter().any(|row| row.body.contains("restarts api for version 2"));
    assert!(noted, "what is done is written down");
    end(&pods, "api-old");
    assert_eq!(world.run(nothing).await, DONE);
    assert_eq!(pods.lock().unwrap().restarts, 1, "once for a version");
    assert_eq!(world.snapshot().await.ledger.last.and_then(|last| last.grade), Some(Grade::Evidenced));
    settled(&world).await;
}

#[tokio::test]
async fn a_rollback_restarts_them_for_the_version_that_it_publishes() {
    let (mut world, pods) = rolling().await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::Straggler));
    end(&pods, "api-old");
    world.ask(Wanted::Of(Request::Rollback)).await;
    let ended = world
        .run(async |_: &mut World| {
            let is_back = pods.lock().unwrap().running.iter().any(|(pod, _)| pod == "api-3");
            if is_back {
                end(&pods, "api-2");
            }
        })
        .await;
    assert_eq!((ended, pods.lock().unwrap().restarts), (BACK, 2));
    settled(&world).await;
}
