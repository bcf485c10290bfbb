//! Looks at the world during a watch: what a synthetic consumer reads and what the issuer says to it, the issuer's list,
//! sessions. Reads only; what was seen is noted, and core does the arithmetic.

use keybaton_core::{
    answer::{Life, Verdict},
    facts::Facts,
    look,
    policy::Evidence,
    rotation::{State, Way},
    watch::{Observation, Reach},
};
use keybaton_ports::{Called, Issuer};
use keybaton_seal::SecretValue;
use keybaton_types::CredentialNo;

use crate::{
    Error,
    perform::Performer,
    synthetic::{Looked, Read},
    time::Time,
};

/// One look. What gets no answer stays `None`: it says nothing.
pub(crate) async fn look(performer: &Performer<'_>, facts: &Facts<'_>, time: &dyn Time) -> Result<Observation, Error> {
    let limit = performer.patience() * 2;
    let seen =
        tokio::time::timeout(limit, see(performer, facts)).await.unwrap_or_else(|_| Ok(Observation::default()))?;
    let now = performer.safe.store.now().await?;
    Ok(Observation { at: time.moment(now), ..seen })
}

async fn see(performer: &Performer<'_>, facts: &Facts<'_>) -> Result<Observation, Error> {
    let Some(rotation) = &facts.ledger.rotation else { return Ok(Observation::default()) };
    let back = matches!(rotation.state, State::Draining(Way::Back));
    let (winner, loser) = if back { (rotation.old, rotation.new) } else { (rotation.new, rotation.old) };
    let looked = read(performer).await?;
    let served = looked.as_ref().map(|looked| looked.served);
    let vault = Some(if looked.is_some() { Reach::Answers } else { Reach::Silent });
    let mut seen = Observation { served, vault, ..Observation::default() };
    let verdict = match looked.map(|looked| looked.read) {
        Some(Read::Ours { credential, text, .. }) if Some(credential) == winner => {
            tried(performer, credential, text).await?
        }
        // what consumers read instead is core's to judge by `served`
        Some(Read::Ours { .. } | Read::Foreign(_) | Read::Nothing) | None => probe(performer, winner).await?,
    };
    if back {
        seen.old = verdict;
    } else {
        seen.new = verdict;
    }
    if look::tries_old(rotation, facts, verdict) {
        seen.old = probe(performer, loser).await?;
    }
    if matches!(rotation.state, State::Watching | State::Draining(Way::Forward)) {
        enabled(performer, loser, &mut seen).await;
    }
    evidence(performer, loser, &mut seen).await;
    Ok(seen)
}

/// What the issuer itself knows of the loser's users, where a consumer's evidence asks for it.
async fn evidence(performer: &Performer<'_>, loser: Option<CredentialNo>, seen: &mut Observation) {
    let (mut sessions, mut last_used) = (false, false);
    for consumer in &performer.charge.policy.consumers {
        match consumer.evidence {
            Evidence::Session { .. } => sessions = true,
            Evidence::LastUsed { .. } => last_used = true,
            Evidence::Agent { .. } | Evidence::Ack | Evidence::Manual => {}
        }
    }
    let Some(id) = loser.and_then(|no| performer.issued(no).ok()) else { return };
    if sessions && let Ok(port) = performer.sessions() {
        seen.sessions = told(port.count(id).await, &mut seen.issuer).ok();
    }
    if last_used
        && performer.charge.issuer.listing().is_some()
        && let Ok(entries) = told(performer.list().await, &mut seen.issuer)
    {
        // The list is whole: what is not in it can't be used any more.
        seen.last_used = Some(entries.iter().find(|entry| entry.id == *id).and_then(|entry| entry.last_used));
    }
}

/// What consumers read; `None` where there was no answer.
async fn read(performer: &Performer<'_>) -> Result<Option<Looked>, Error> {
    match performer.synthetic().read().await {
        Ok(called) => Ok(called.ok()),
        Err(Error::NoValue(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tries what was read.
async fn tried(performer: &Performer<'_>, no: CredentialNo, text: SecretValue) -> Result<Option<Verdict>, Error> {
    match performer.synthetic().try_ours(no, text).await {
        Ok(called) => Ok(Some(called.unwrap_or(Verdict::Inconclusive))),
        Err(Error::NoValue(_)) => Ok(Some(Verdict::Inconclusive)),
        Err(error) => Err(error),
    }
}

async fn probe(performer: &Performer<'_>, credential: Option<CredentialNo>) -> Result<Option<Verdict>, Error> {
    let Some(credential) = credential else { return Ok(None) };
    Ok(Some(performer.probe(credential).await?.unwrap_or(Verdict::Inconclusive)))
}

/// Whether the issuer shows the loser switched on, where it can tell.
async fn enabled(performer: &Performer<'_>, credential: Option<CredentialNo>, seen: &mut Observation) {
    let issuer: &dyn Issuer = performer.charge.issuer.as_ref();
    let Some(credential) = credential.filter(|_| issuer.switching().is_some() && issuer.listing().is_some()) else {
        return;
    };
    let life = told(performer.life(credential).await, &mut seen.issuer);
    seen.old_enabled = life.ok().flatten().map(|life| life == Life::On);
}

/// Passes an answer on, and notes whether there was one.
fn told<T>(answer: Called<T>, issuer: &mut Option<Reach>) -> Called<T> {
    *issuer = Some(reach(&answer));
    answer
}

fn reach<T>(answer: &Called<T>) -> Reach {
    if answer.is_ok() { Reach::Answers } else { Reach::Silent }
}
