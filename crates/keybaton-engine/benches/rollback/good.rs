//! Good rotations under noise: nothing is wrong with the new key, whatever consumers and signals tell.

use keybaton_core::ledger::Storm;
use keybaton_ports::Store;
use keybaton_types::{Outcome as Ended, Timestamp};

use crate::{
    Outcome,
    stage::{self, NEW, ROUND},
    traffic::Traffic,
    world::World,
};

/// So many percent of rotations are in a storm from beginning to end: a signal that names no key.
const STORMY: u64 = 10;

/// A rotation that is not over after so many rounds has no end.
const LIMIT: u32 = 600;

/// What became of them.
#[derive(Default)]
pub(crate) struct Tally {
    /// How many there were.
    pub(crate) rotations: u64,
    /// Calls of consumers.
    pub(crate) calls: u64,
    /// Of them refused, for reasons that no key has.
    pub(crate) refused: u64,
    /// Rotations in a storm.
    pub(crate) stormy: u64,
    /// Rotations whose new key was taken back.
    pub(crate) rolled_back: u64,
    /// Rotations that called a person.
    pub(crate) held: u64,
}

/// Runs so many rotations.
pub(crate) async fn measure(count: u64) -> Outcome<Tally> {
    let mut tally = Tally::default();
    for seed in 1..=count {
        one(&mut tally, seed).await.map_err(|error| format!("rotation {seed}: {error}"))?;
    }
    Ok(tally)
}

async fn one(tally: &mut Tally, seed: u64) -> Outcome<()> {
    let mut traffic = Traffic::new(seed);
    let stormy = traffic.dice.happens(STORMY);
    let (world, mut duty) = stage::published(&mut traffic).await;
    let began = world.now();
    let mut held = false;
    for _ in 0..LIMIT {
        if stage::state(&world).await.is_none() {
            break;
        }
        if stormy {
            storm(&world, began).await?;
        }
        traffic.round(&world).await;
        let until = world.now() + ROUND;
        world.go_on(&mut duty, until).await;
        held |= world.snapshot().await.ledger.rotation.is_some_and(|rotation| rotation.hold.is_some());
    }
    let ledger = world.snapshot().await.ledger;
    let ended = ledger.last.map(|last| last.outcome).ok_or("it has no end")?;
    let back = ended == Ended::RolledBack || world.served().await != Some(NEW);
    tally.rotations += 1;
    (tally.calls, tally.refused) = (tally.calls + traffic.calls, tally.refused + traffic.refused);
    (tally.stormy, tally.held) = (tally.stormy + u64::from(stormy), tally.held + u64::from(held));
    tally.rolled_back += u64::from(back);
    Ok(())
}

async fn storm(world: &World, began: Timestamp) -> Outcome<()> {
    let storm = Storm::new("api", "5 % of calls are refused", began, world.now());
    Ok(world.memory.signal(&world.secret, &storm).await?)
}
