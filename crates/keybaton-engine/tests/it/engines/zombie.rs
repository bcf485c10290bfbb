//! A zombie: an engine that was taken over while it waited for an answer, and does not know.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_engine::{Charge, Pass};
use keybaton_ports::{Called, Home, Publication, Seen, Vault};
use keybaton_types::SecretId;
use tokio::sync::Semaphore;

use super::{asked, engine};
use crate::world::{SimTime, World};

/// A vault whose writes are stuck on the way until the test lets them through.
struct Stuck {
    inner: Arc<dyn Vault>,
    gate: Arc<Semaphore>,
}

#[async_trait]
impl Vault for Stuck {
    fn fencing(&self) -> Fencing {
        self.inner.fencing()
    }

    fn home(&self) -> Home {
        self.inner.home()
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let _through = self.gate.acquire().await;
        self.inner.publish(publication).await
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        self.inner.served(secret).await
    }
}

/// Lets the other tasks go as far as they get.
async fn patience() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// The zombie's clock stands still or goes on; the other engine publishes while the zombie's own write is stuck.
async fn haunted(clock: &SimTime, world: World) -> (World, Pass) {
    let gate = Arc::new(Semaphore::new(0));
    let stuck =
        Charge { vault: Arc::new(Stuck { inner: Arc::clone(&world.vault), gate: Arc::clone(&gate) }), ..world.plain() };
    let (zombie, connection) = engine(&world, "zombie", clock);
    connection.cut_off();
    let pass = tokio::spawn(async move { zombie.pass(&stuck).await });
    patience().await;
    world.time.advance(Duration::from_secs(11)).await;
    let (other, _) = engine(&world, "other", &world.time);
    assert!(matches!(other.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    let before = (world.snapshot().await.ledger, world.served().await);
    gate.add_permits(1);
    let outcome = pass.await.unwrap().unwrap();
    assert_eq!((world.snapshot().await.ledger, world.served().await), before, "the zombie changed nothing");
    assert_eq!(world.snapshot().await.driver.as_deref(), Some("other"));
    (world, outcome)
}

#[tokio::test]
async fn the_commit_of_a_zombie_bounces() {
    let world = asked().await;
    let (zombie, connection) = engine(&world, "zombie", &SimTime::default());
    connection.cut_off();
    let blocked = connection.block().await;
    let charge = world.plain();
    let pass = tokio::spawn(async move { zombie.pass(&charge).await });
    patience().await;
    world.time.advance(Duration::from_secs(11)).await;
    let (other, _) = engine(&world, "other", &world.time);
    assert!(matches!(other.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    let before = world.snapshot().await.ledger;
    assert_eq!(connection.commits(), 1, "it is on its way");
    drop(blocked);
    assert_eq!(pass.await.unwrap().unwrap(), Pass::Taken);
    assert_eq!(world.snapshot().await.ledger, before);
}

#[tokio::test]
async fn an_operation_whose_time_is_over_is_not_started() {
    let world = asked().await;
    let (engine, connection) = engine(&world, "slow", &world.time);
    let blocked = connection.block().await;
    let charge = world.faulty();
    let pass = tokio::spawn(async move { (engine.pass(&charge).await, engine) });
    patience().await;
    for _ in 0..6 {
        world.time.advance(Duration::from_secs(2)).await;
    }
    drop(blocked);
    let (outcome, engine) = pass.await.unwrap();
    assert!(matches!(outcome.unwrap(), Pass::Waits(Some(_))));
    assert_eq!(world.faults.calls(), [], "it would have landed after the time that is waited out for it");
    world.time.advance(Duration::from_secs(2)).await;
    engine.pass(&world.charge).await.unwrap();
    assert!(!world.faults.calls().is_empty());
}

#[tokio::test]
async fn the_late_publish_of_a_zombie_bounces() {
    let world = asked().await;
    let (world, outcome) = haunted(&SimTime::default(), world).await;
    assert_eq!(outcome, Pass::Taken);
    assert_eq!(world.live().len(), 2);
}

#[tokio::test]
async fn an_engine_whose_lease_is_old_does_not_even_try() {
    let world = asked().await;
    let clock = world.time.clone();
    let (_, outcome) = haunted(&clock, world).await;
    assert_eq!(outcome, Pass::Taken);
}
