//! Bad rotations: the new key dies at some moment of the watch, and the old one has to be served again.

use std::time::Duration;

use keybaton_types::Timestamp;

use crate::{
    Outcome,
    stage::{self, EVERY, OLD, ROUND, WATCH},
    traffic::Traffic,
    world::{Duty, Mood, World},
};

/// How it is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noticed {
    /// Clients tell of refused calls, and the probe sees it too.
    ByClients,
    /// Nobody calls: the probe alone sees it.
    ByProbes,
}

/// What was measured: from the first refusal to the old key being served again.
pub(crate) struct Spans(Vec<Duration>);

/// A key that is still served after this is not taken back.
const MOST: Duration = Duration::from_mins(5);

/// Measures so many rotations.
pub(crate) async fn measure(count: u64, noticed: Noticed) -> Outcome<Spans> {
    let mut spans = Vec::new();
    for seed in 1..=count {
        spans.push(one(seed, noticed).await?);
    }
    spans.sort_unstable();
    Ok(Spans(spans))
}

async fn one(seed: u64, noticed: Noticed) -> Outcome<Duration> {
    let mut traffic = Traffic::new(seed);
    let (world, mut duty) = stage::published(&mut traffic).await;
    let dies = world.now()
        + Duration::from_millis(traffic.dice.below(u64::try_from(WATCH.saturating_sub(EVERY).as_millis())?));
    while world.now() < dies {
        let until = dies.min(world.now() + ROUND);
        world.go_on(&mut duty, until).await;
        if noticed == Noticed::ByClients && until < dies {
            traffic.round(&world).await;
        }
    }
    world.gate.be(Mood::RefusesNew);
    traffic.dead = Some(stage::NEW);
    if noticed == Noticed::ByClients {
        let first = world.now() + Duration::from_millis(traffic.dice.below(1_000));
        world.go_on(&mut duty, first).await;
        traffic.round(&world).await;
    }
    restored(&world, &mut duty, world.now())
        .await
        .map_err(|error| format!("rotation {seed}, {noticed:?}: {error}").into())
}

async fn restored(world: &World, duty: &mut Duty, since: Timestamp) -> Outcome<Duration> {
    while world.served().await != Some(OLD) {
        let passed = world.now().since(since);
        if passed > MOST {
            return Err(format!("the bad key is still served after {passed:?}").into());
        }
        let soon = world.now() + Duration::from_millis(10);
        world.go_on(duty, soon).await;
    }
    Ok(world.now().since(since))
}

impl Spans {
    /// The smallest, the middle one, the one that 99 of 100 do not exceed, and the largest.
    pub(crate) fn of_four(&self) -> Option<[Duration; 4]> {
        let at = |percent: usize| self.0.get((self.0.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Some([*self.0.first()?, at(50)?, at(99)?, *self.0.last()?])
    }

    /// How many were measured.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}
