//! Many secrets on one state database, rotated at once by the service.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use keybaton_core::{facts::Presence, rotation::Cause};
use keybaton_engine::{Driver, Options, Service};
use keybaton_ports::{Operations as _, Store as _, Wanted};
use keybaton_types::Outcome as Ended;
use tokio_util::sync::CancellationToken;

use crate::{
    Outcome,
    place::Place,
    spread::{Spread, cpu},
};

/// As `keybaton serve` has it.
const CONCURRENCY: usize = 64;

/// Nothing takes so long; what does, will not end.
const LONGEST: Duration = Duration::from_mins(2);

/// What rotating many secrets at once cost.
pub(crate) struct Many {
    pub(crate) secrets: usize,
    pub(crate) commits: u64,
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// How long making a commit durable took, in milliseconds.
    pub(crate) durable: Spread,
}

/// Asks for a rotation of every secret of the place, and lets the service do them.
pub(crate) async fn rotate(place: &Place) -> Outcome<Many> {
    let charges = place.charges.all();
    for secret in charges.keys() {
        place.operations.ask(secret, Wanted::Rotate(Cause::Asked), "bench").await?;
    }
    place.take_durable();
    let (commits, spent, begun) = (place.store.commits(), cpu(), Instant::now());
    let shutdown = CancellationToken::new();
    let engine = tokio::spawn(service(place).run(shutdown.clone()));
    while !place.is_rid_of_the_old() || !is_over(place).await? {
        if begun.elapsed() > LONGEST {
            return Err(format!("{} rotations did not end within {LONGEST:?}", charges.len()).into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (wall, cpu) = (begun.elapsed(), cpu().saturating_sub(spent));
    let commits = place.store.commits() - commits;
    shutdown.cancel();
    engine.await??;
    let mut durable = Spread::default();
    durable.extend(place.take_durable());
    Ok(Many { secrets: charges.len(), commits, wall, cpu, durable })
}

fn service(place: &Place) -> Service {
    let store = Arc::new(place.store.clone());
    let (keyring, time) = (Arc::clone(&place.keyring), Arc::clone(&place.time));
    let driver = Driver::new(Arc::clone(&store) as _, keyring, Arc::clone(&time), "bench", Presence::Stays);
    let options = Options { holder: "bench".to_owned(), concurrency: CONCURRENCY };
    Service::new(options, store, time, Arc::new(driver), place.charges.clone())
}

/// Whether every rotation has ended, and as it must.
async fn is_over(place: &Place) -> Outcome<bool> {
    for secret in place.charges.all().keys() {
        let snapshot = place.store.read(secret).await?.ok_or("a ledger is gone")?;
        if snapshot.ledger.rotation.is_some() {
            return Ok(false);
        }
        match snapshot.ledger.last.map(|ended| ended.outcome) {
            Some(Ended::Done) => {}
            other => return Err(format!("the rotation of {secret} ended as {other:?}").into()),
        }
    }
    Ok(true)
}
