//! Looks at the world during a watch: probes, the issuer's list, sessions, the vault. Reads only; what was seen is
//! noted, and core does the arithmetic.

use keybaton_core::{
    answer::{Life, Verdict},
    policy::{Evidence, Policy},
    rotation::{Cause, State, Way},
    watch::Observation,
};
use keybaton_ports::Issuer;
use keybaton_types::{CredentialNo, Timestamp};

use crate::{Error, facts::Known, perform::Performer, time::Time};

/// Whether the active rotation is watched and was not looked at for `watch.every`.
pub(crate) fn is_due(known: &Known, policy: &Policy) -> bool {
    next(known, policy).is_some_and(|at| at <= known.snapshot.now)
}

/// When to look next, if the active rotation is watched.
pub(crate) fn next(known: &Known, policy: &Policy) -> Option<Timestamp> {
    let rotation = known.rotation().filter(|rotation| rotation.pending.is_none())?;
    let watched = match rotation.state {
        State::Draining(_) | State::Disabling | State::Watching => true,
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Enabling(_)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => false,
    };
    let watch = known.watch();
    let Some(last) = watch.last.filter(|_| watched) else { return watched.then_some(known.snapshot.now) };
    // A span that both clocks have to cover ends at a look: one is owed right then.
    let force = (rotation.cause == Cause::Leaked).then_some(policy.force_after);
    let spans = [Some(policy.overlap.min), force].into_iter().flatten();
    let left = spans.map(|span| span.saturating_sub(watch.progress)).filter(|left| !left.is_zero());
    let ends = left.map(|left| last.wall + left);
    ends.chain([last.wall + policy.watch.every]).min()
}

/// One look. What gets no answer stays `None`: it says nothing.
pub(crate) async fn look(performer: &Performer<'_>, known: &Known, time: &dyn Time) -> Result<Observation, Error> {
    let limit = performer.patience() * 2;
    let seen =
        tokio::time::timeout(limit, see(performer, known)).await.unwrap_or_else(|_| Ok(Observation::default()))?;
    let now = performer.safe.store.now().await?;
    Ok(Observation { at: time.moment(now), ..seen })
}

async fn see(performer: &Performer<'_>, known: &Known) -> Result<Observation, Error> {
    let Some(rotation) = known.rotation() else { return Ok(Observation::default()) };
    let back = matches!(rotation.state, State::Draining(Way::Back));
    let (winner, loser) = if back { (rotation.old, rotation.new) } else { (rotation.new, rotation.old) };
    let mut seen = Observation { served: performer.served().await?.ok(), ..Observation::default() };
    let verdict = probe(performer, winner).await?;
    if back {
        seen.old = verdict;
    } else {
        seen.new = verdict;
    }
    // The old credential is only tried when the new one is in doubt: each try would count as a use of it.
    let doubt = verdict == Some(Verdict::Refused) || is_refused(known, winner);
    if doubt && !back && rotation.state == State::Draining(Way::Forward) {
        seen.old = probe(performer, loser).await?;
    }
    if matches!(rotation.state, State::Watching | State::Draining(Way::Forward)) {
        seen.old_enabled = enabled(performer, loser).await;
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
        seen.sessions = port.count(id).await.ok();
    }
    if last_used && let Ok(entries) = performer.list().await {
        seen.last_used = entries.iter().find(|entry| entry.id == *id).map(|entry| entry.last_used);
    }
}

async fn probe(performer: &Performer<'_>, credential: Option<CredentialNo>) -> Result<Option<Verdict>, Error> {
    let Some(credential) = credential else { return Ok(None) };
    Ok(Some(performer.probe(credential).await?.unwrap_or(Verdict::Inconclusive)))
}

async fn enabled(performer: &Performer<'_>, credential: Option<CredentialNo>) -> Option<bool> {
    let issuer: &dyn Issuer = performer.charge.issuer.as_ref();
    issuer.switching()?;
    issuer.listing()?;
    performer.life(credential?).await.ok().flatten().map(|life| life == Life::On)
}

/// Whether a consumer was refused with the credential since the last look.
fn is_refused(known: &Known, credential: Option<CredentialNo>) -> bool {
    let last = known.watch().last.map(|moment| moment.wall);
    let fresh = |at: Timestamp| last.is_none_or(|last| at >= last);
    known.snapshot.reports.iter().any(|r| Some(r.credential) == credential && r.refused_at.is_some_and(fresh))
}
