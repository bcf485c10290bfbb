//! More than one engine on one store, and the service from its start to its end.

mod service;
mod zombie;

use std::sync::Arc;

use keybaton_core::{facts::Presence, rotation::Cause};
use keybaton_engine::{Driver, Pass, Time};
use keybaton_ports::{Store, Wanted};
use keybaton_testkit::fault::Faults;
use keybaton_types::Outcome;

use crate::world::{Mortal, Setting, SimTime, World};

/// An engine of its own process: its own connection to the store, and its own clock.
fn engine(world: &World, name: &str, time: &SimTime) -> (Driver, Arc<Mortal>) {
    let store = Arc::new(Mortal::new(Arc::new(world.memory.clone()), Arc::new(Faults::none()), None));
    let (port, time): (Arc<dyn Store>, Arc<dyn Time>) = (Arc::clone(&store) as _, Arc::new(time.clone()));
    (Driver::new(port, Arc::clone(&world.keyring), time, name, Presence::Stays), store)
}

async fn asked() -> World {
    let mut world = World::adopted(Setting::default(), Faults::none(), None).await;
    world.work().await;
    world.ask(Wanted::Rotate(Cause::Asked)).await;
    world
}

#[tokio::test]
async fn one_engine_drives_and_the_other_takes_over_when_it_lets_go() {
    let world = asked().await;
    let (one, _) = engine(&world, "one", &world.time);
    let (two, _) = engine(&world, "two", &world.time);
    assert!(matches!(one.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    assert_eq!(two.pass(&world.charge).await.unwrap(), Pass::Taken);
    one.release().await;
    assert!(matches!(two.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    assert_eq!(world.snapshot().await.driver.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_lease_is_kept_while_a_rotation_waits() {
    let world = asked().await;
    let (one, _) = engine(&world, "one", &world.time);
    let (two, _) = engine(&world, "two", &world.time);
    assert!(matches!(one.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    let epoch = world.snapshot().await.ledger.epoch;
    for _ in 0..30 {
        world.time.advance(std::time::Duration::from_secs(2)).await;
    }
    assert_eq!(two.pass(&world.charge).await.unwrap(), Pass::Taken);
    assert!(matches!(one.pass(&world.charge).await.unwrap(), Pass::Waits(_)));
    assert_eq!(world.snapshot().await.ledger.epoch, epoch, "it was never claimed anew");
}

#[tokio::test]
async fn engines_that_take_turns_make_one_rotation() {
    let mut world = asked().await;
    let engines = [engine(&world, "one", &world.time).0, engine(&world, "two", &world.time).0];
    for turn in 0..200 {
        world.work().await;
        let (now, other) = (&engines[turn % 2], &engines[(turn + 1) % 2]);
        let (a, b) = tokio::join!(now.pass(&world.charge), other.pass(&world.charge));
        a.unwrap();
        b.unwrap();
        now.release().await;
        other.release().await;
        world.time.advance(std::time::Duration::from_secs(20)).await;
        if world.snapshot().await.ledger.rotation.is_none() {
            break;
        }
    }
    let ledger = world.snapshot().await.ledger;
    assert_eq!(ledger.last.map(|last| last.outcome), Some(Outcome::Done));
    assert_eq!((world.issuer.all().len(), world.live().len(), world.crew.outages), (2, 1, 0));
}
