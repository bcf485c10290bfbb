//! How rotations begin: asked for, by schedule, without a key, or not at all.

use std::time::Duration;

use keybaton_core::{
    ledger::Stage,
    policy::Policy,
    rotation::Cause,
    schedule::{Rule, Schedule},
};
use keybaton_engine::Pass;
use keybaton_ports::{Store, Wanted};
use keybaton_testkit::fault::Faults;

use super::{ASKED, DONE, nothing, settled, world};
use crate::world::{Setting, World, policy};

fn every(span: Duration) -> Schedule {
    Schedule::new(Rule::every(span).unwrap())
}

#[tokio::test]
async fn a_secret_without_a_version_gets_its_first() {
    let mut world = World::new(Setting::default(), Faults::none(), None);
    world.memory.enroll(&world.secret).await.unwrap();
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, DONE);
    let ledger = world.snapshot().await.ledger;
    assert_eq!(ledger.current_credential().map(|c| c.stage), Some(Stage::Current));
    settled(&world).await;
}

#[tokio::test]
async fn a_schedule_fires_once_when_it_is_due_and_not_before() {
    let day = Duration::from_hours(24);
    let mut world = world(Setting { schedule: Some(every(day)), ..Setting::default() }).await;
    let driver = world.engine();
    assert_eq!(driver.pass(&world.charge).await.unwrap(), Pass::Idle);
    assert_eq!(driver.next_firing(&world.charge).await, Some(world.now() + day));
    world.time.advance(day).await;
    let outcome = driver.pass(&world.charge).await.unwrap();
    assert!(matches!(outcome, Pass::Waits(Some(_))), "{outcome:?}");
    driver.release().await;
    assert_eq!(world.run(nothing).await, DONE);
    assert_eq!(driver.next_firing(&world.charge).await.map(|at| at > world.now()), Some(true));
}

#[tokio::test]
async fn a_schedule_that_may_not_start_is_let_be() {
    let hour = Duration::from_hours(1);
    let policy = Policy { consumers: Vec::new(), ..policy() };
    let mut world =
        World::adopted(Setting { policy, schedule: Some(every(hour)), ..Setting::default() }, Faults::none(), None)
            .await;
    let driver = world.engine();
    world.time.advance(hour).await;
    assert_eq!(driver.pass(&world.charge).await.unwrap(), Pass::Idle);
    assert_eq!((world.store.commits(), world.snapshot().await.driver), (0, None));
}

#[tokio::test]
async fn a_request_that_is_refused_is_struck_off_and_recorded() {
    let policy = Policy { consumers: Vec::new(), ..policy() };
    let mut world = World::adopted(Setting { policy, ..Setting::default() }, Faults::none(), None).await;
    world.ask(ASKED).await;
    world.ask(Wanted::Of(keybaton_core::rotation::Request::Force)).await;
    let driver = world.engine();
    assert_eq!(driver.pass(&world.charge).await.unwrap(), Pass::Idle);
    assert!(world.snapshot().await.asks.is_empty());
    let rows = world.memory.audit_rows(Some(&world.secret), 0, 100).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.body.contains("refused: ")).count(), 2);
}

#[tokio::test]
async fn a_second_request_joins_the_rotation_and_a_leak_makes_it_an_emergency() {
    let mut world = world(Setting::default()).await;
    world.ask(ASKED).await;
    world.ask(ASKED).await;
    world.ask(Wanted::Rotate(Cause::Leaked)).await;
    let driver = world.engine();
    driver.pass(&world.charge).await.unwrap();
    let snapshot = world.snapshot().await;
    assert_eq!(snapshot.ledger.rotation.map(|rotation| rotation.cause), Some(Cause::Leaked));
    assert!(snapshot.asks.is_empty());
}
