//! Rotations of one secret, one after the other.

use std::{sync::Arc, time::Duration};

use keybaton_core::{facts::Presence, rotation::Cause};
use keybaton_engine::{Charge, Driver, Pass};
use keybaton_ports::{Operations as _, Store as _, Wanted};
use keybaton_types::Outcome as Ended;

use crate::{
    Outcome,
    place::Place,
    spread::{Spread, count, cpu, millis},
};

/// Rotations that are not counted.
const WARM: usize = 5;

/// What single rotations cost.
#[derive(Default)]
pub(crate) struct Alone {
    /// Commits of the ledger per rotation.
    pub(crate) commits: Spread,
    /// CPU time per commit, everything included, in milliseconds.
    pub(crate) cpu: Spread,
    /// CPU time per rotation, in milliseconds.
    pub(crate) whole: Spread,
    /// How long making a commit durable took, in milliseconds.
    pub(crate) durable: Spread,
}

/// Rotates the first secret of the place so many times.
pub(crate) async fn rotate(place: &Place, times: usize) -> Outcome<Alone> {
    let charge = place.charges.all().values().next().cloned().ok_or("there is no secret")?;
    let store = Arc::new(place.store.clone());
    let parts = (Arc::clone(&place.keyring), Arc::clone(&place.time));
    let driver = Driver::new(store, parts.0, parts.1, "bench", Presence::Stays);
    for _ in 0..WARM {
        once(place, &driver, &charge).await?;
    }
    let mut alone = Alone::default();
    place.take_durable();
    for _ in 0..times {
        let (commits, spent) = (place.store.commits(), cpu());
        once(place, &driver, &charge).await?;
        let (commits, spent) = (count(place.store.commits() - commits), millis(cpu().saturating_sub(spent)));
        alone.commits.add(commits);
        alone.cpu.add(spent / commits);
        alone.whole.add(spent);
    }
    alone.durable.extend(place.take_durable());
    Ok(alone)
}

async fn once(place: &Place, driver: &Driver, charge: &Charge) -> Outcome<()> {
    place.operations.ask(&charge.secret, Wanted::Rotate(Cause::Asked), "bench").await?;
    while let Pass::Waits(at) = driver.pass(charge).await? {
        let now = place.store.now().await?;
        tokio::time::sleep(at.map_or(Duration::from_millis(10), |at| at.since(now))).await;
    }
    let ended = place.store.read(&charge.secret).await?.and_then(|snapshot| snapshot.ledger.last);
    match ended.map(|ended| ended.outcome) {
        Some(Ended::Done) => Ok(()),
        other => Err(format!("the rotation ended as {other:?}").into()),
    }
}
