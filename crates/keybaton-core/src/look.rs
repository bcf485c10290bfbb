//! When the world is looked at while a rotation is watched, and whether A is tried too. The engine looks, and notes what
//! it saw; when is the law's, because a rollback is as quick as its looks (R13).

use std::time::Duration;

use keybaton_types::{CredentialNo, Timestamp};

use crate::{
    answer::Verdict,
    facts::Facts,
    health,
    rotation::{Cause, Rotation, State, Way},
};

/// What happened once may have been chance: B is tried again this soon after it was refused.
const DOUBT: Duration = Duration::from_secs(1);

/// Refusals that consumers report and storms bring a look forward, but not closer to the last one than this.
const HASTE: Duration = Duration::from_secs(2);

/// So many refusals more than the law needs are tried in a hurry; after them it waits for something else than B.
const STUBBORN: u8 = 3;

/// When to look next, if the active rotation is watched and nothing is in flight.
pub fn next(rotation: &Rotation, facts: &Facts<'_>) -> Option<Timestamp> {
    if rotation.pending.is_some() || !is_watched(rotation.state) {
        return None;
    }
    // A clock that went back must not put the next look off for as long.
    let Some(last) = facts.watch.last.filter(|last| last.wall <= facts.now) else { return Some(facts.now) };
    let regular = last.wall + facts.policy.watch.every;
    let hurried = hurry(rotation, facts).map(|span| last.wall + span.min(facts.policy.watch.every));
    spans(rotation, facts).map(|left| last.wall + left).chain(hurried).chain([regular]).min()
}

/// Whether A is tried as well: when B was refused just now, and when a storm has to be explained. Each try counts as a
/// use of A at its issuer, so it is not tried for less.
pub fn tries_old(rotation: &Rotation, facts: &Facts<'_>, new: Option<Verdict>) -> bool {
    let doubted = new == Some(Verdict::Refused) || health::undiagnosed(rotation, facts).is_some();
    doubted && rotation.state == State::Draining(Way::Forward)
}

/// Whether the world is watched in a state.
pub fn is_watched(state: State) -> bool {
    match state {
        State::Draining(_) | State::Disabling | State::Watching => true,
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Enabling(_)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => false,
    }
}

/// A span that both clocks have to cover ends at a look: one is owed right then.
fn spans(rotation: &Rotation, facts: &Facts<'_>) -> impl Iterator<Item = Duration> {
    let force = (rotation.cause == Cause::Leaked).then_some(facts.policy.force_after);
    let progress = facts.watch.progress;
    let left = [Some(facts.policy.overlap.min), force].into_iter().flatten();
    left.map(move |span| span.saturating_sub(progress)).filter(|left| !left.is_zero())
}

/// How soon after the last look the next one is wanted, where something has happened.
fn hurry(rotation: &Rotation, facts: &Facts<'_>) -> Option<Duration> {
    if rotation.state == State::Draining(Way::Back) {
        return None;
    }
    let new = facts.watch.new;
    let few = new.count < facts.policy.watch.failures.saturating_add(STUBBORN);
    if new.last == Some(Verdict::Refused) && few {
        return Some(DOUBT);
    }
    (is_refused(facts, rotation.new) || is_stormy(rotation, facts)).then_some(HASTE)
}

/// Whether a consumer was refused with the credential since the last look.
fn is_refused(facts: &Facts<'_>, credential: Option<CredentialNo>) -> bool {
    let unseen = |at| is_unseen(facts, at);
    facts.reports.iter().any(|report| Some(report.credential) == credential && report.refused_at.is_some_and(unseen))
}

/// Whether a storm has to be explained, or was seen again since the last look.
fn is_stormy(rotation: &Rotation, facts: &Facts<'_>) -> bool {
    let again = facts.storms.iter().any(|storm| storm.rages(facts.now) && is_unseen(facts, storm.last));
    again || health::undiagnosed(rotation, facts).is_some()
}

/// Whether something happened since the last look.
fn is_unseen(facts: &Facts<'_>, at: Timestamp) -> bool {
    facts.watch.last.is_none_or(|last| at > last.wall)
}
