//! Workloads that read a vault when they start: restarted once for the version that it serves, and followed by their
//! instances until the last one with the old credential is gone.
//!
//! It decides nothing. What was seen is noted as sightings, and the gate waits for them as for any other; what was missed in
//! one look is seen in the next.

use keybaton_core::{
    answer::Served,
    ledger::{Seen, Sighting},
    rotation::State,
    watch::Observation,
};
use keybaton_ports::{Called, Has, Restarted, Snapshot, Workload, Workloads};
use keybaton_types::{CredentialNo, Timestamp, VersionNo};

use crate::{Error, perform::Performer, record};

/// What the instances of a drain may have in their hands.
#[derive(Clone, Copy)]
struct Runners {
    version: VersionNo,
    winner: CredentialNo,
    loser: Option<CredentialNo>,
}

/// Follows the workloads in a drain, and only says what went wrong.
pub(crate) async fn follow(performer: &Performer<'_>, snapshot: &Snapshot, seen: &Observation, holder: &str) {
    let Some((port, runners)) = performer.charge.vault.workloads().zip(runners(snapshot, seen)) else { return };
    let secret = &performer.charge.secret;
    let work = go(performer, snapshot, port, runners, holder);
    match tokio::time::timeout(performer.patience() * 2, work).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(fault))) => tracing::warn!(%secret, %fault, "the workloads cannot be followed for now"),
        Ok(Err(error)) => tracing::warn!(%secret, %error, "the workloads cannot be followed for now"),
        Err(_) => tracing::warn!(%secret, "the workloads cannot be followed for now: no answer in time"),
    }
}

/// Who is exchanged, if the vault is seen to serve what the ledger says.
fn runners(snapshot: &Snapshot, seen: &Observation) -> Option<Runners> {
    let ledger = &snapshot.ledger;
    let rotation = ledger.rotation.as_ref()?;
    let State::Draining(way) = rotation.state else { return None };
    let version = ledger.current.filter(|current| seen.served == Some(Served::Ours(*current)))?;
    Some(Runners { version, winner: rotation.winner(way)?, loser: rotation.loser(way) })
}

async fn go(
    performer: &Performer<'_>,
    snapshot: &Snapshot,
    port: &dyn Workloads,
    runners: Runners,
    holder: &str,
) -> Result<Called<()>, Error> {
    let (of, version) = (performer.slot(), runners.version);
    let mut workloads = match port.workloads(of, version).await {
        Ok(workloads) => workloads,
        Err(fault) => return Ok(Err(fault)),
    };
    let late: Vec<&str> =
        workloads.iter().filter(|one| one.restarted == Restarted::No).map(|one| one.name.as_str()).collect();
    if !late.is_empty() {
        let note = format!("restarts {} for version {version}", late.join(", "));
        performer.safe.store.audit(of.secret, &record::note(holder, note, None)).await?;
        if let Err(fault) = port.restart(of, version).await {
            return Ok(Err(fault));
        }
        workloads = match port.workloads(of, version).await {
            Ok(workloads) => workloads,
            Err(fault) => return Ok(Err(fault)),
        };
    }
    let now = performer.safe.store.now().await?;
    for sighting in workloads.iter().flat_map(|workload| sightings(workload, runners, &snapshot.sightings, now)) {
        performer.safe.store.sight(of.secret, &sighting).await?;
    }
    Ok(Ok(()))
}

/// What a look at one workload shows: who has which credential, and who is gone.
fn sightings(workload: &Workload, runners: Runners, known: &[Sighting], now: Timestamp) -> Vec<Sighting> {
    let sighting = |instance: &str, credential, seen| Sighting {
        consumer: workload.name.clone(),
        instance: instance.to_owned(),
        credential: Some(credential),
        seen,
        last: now,
        lease_until: None,
    };
    let mut all = Vec::new();
    for instance in &workload.instances {
        let credential = match instance.has {
            Has::Present => Some(runners.winner),
            Has::Earlier => runners.loser,
        };
        all.extend(credential.map(|no| sighting(&instance.name, no, Seen::Delivered)));
    }
    let Some(loser) = runners.loser else { return all };
    let had = |s: &&Sighting| s.consumer == workload.name && s.credential == Some(loser) && s.seen == Seen::Delivered;
    let is_gone = |s: &&Sighting| !workload.instances.iter().any(|instance| instance.name == s.instance);
    all.extend(known.iter().filter(had).filter(is_gone).map(|s| sighting(&s.instance, loser, Seen::Dropped)));
    all
}
