//! Why a key is in its state, in a sentence.

use keybaton_types::Outcome;

use super::{Drain, Story, finished, keys};
use crate::{
    facts::Facts,
    gate::{self, Wait},
    ledger::{Credential, Origin},
    roster,
    rotation::{Aim, Hold, HoldReason, Mint, Rotation, State, Way, Write, span},
};

/// Says what a rotation is doing, in lower case and without a full stop; a hold says why first.
pub fn phase_sentence(rotation: &Rotation) -> String {
    let doing = doing(rotation.state, "the old key", "the new key");
    match &rotation.hold {
        Some(Hold { reason: reason @ HoldReason::AwaitsDeletion(_), .. }) => {
            format!("held, because {reason}; it is tried until it is refused")
        }
        Some(hold) => format!("held, because {}; before that, {doing}", hold.reason),
        None => doing,
    }
}

/// A secret without a rotation.
pub(super) fn at_rest(facts: &Facts<'_>) -> String {
    let Some(current) = facts.ledger.current_credential() else {
        return format!("{} has no key yet.", facts.secret);
    };
    let first = format!("{}; no rotation is active.", idle(facts, current));
    let others: Vec<String> = gate::keepers(facts, Some(current.no)).map(|holder| holder.secret.to_string()).collect();
    let shared = (!others.is_empty()).then(|| format!("{} holds the same value.", others.join(", ")));
    [Some(first), shared, last(facts)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// How the last rotation ended, and how sure its revoke was.
fn last(facts: &Facts<'_>) -> Option<String> {
    let last = facts.ledger.last.as_ref()?;
    let when = span::ago(facts.now, last.at);
    match (last.outcome, last.grade) {
        (Outcome::RolledBack, _) => Some(format!("The last rotation was rolled back {when}.")),
        (Outcome::Done, Some(grade)) => Some(format!("The key before it was revoked {when} (grade: {grade}).")),
        (Outcome::Done, None) => None,
    }
}

fn idle(facts: &Facts<'_>, current: &Credential) -> String {
    let key = finished(&keys::called(facts.ledger, current.no));
    let key = key.trim_end_matches('.');
    let age = facts.now.since(current.born);
    let origin = match current.origin {
        Origin::Minted => "minted",
        Origin::Adopted => "adopted",
        Origin::Handed => "handed over by a person",
    };
    match facts.policy.max_age {
        Some(most) if age > most => format!(
            "{key} is overdue: it is {} older than its max_age of {}",
            span::brief(age.saturating_sub(most)),
            span::brief(most)
        ),
        Some(_) | None => format!("{key} is current ({origin}, {} old)", span::brief(age)),
    }
}

/// An active rotation.
pub(super) fn during(story: &Story<'_>) -> String {
    let (rotation, ledger) = (story.rotation, story.facts.ledger);
    let works = story.drain.as_ref().map(|drain| works(story, drain));
    match &rotation.hold {
        Some(hold) => {
            let span = span::brief(story.facts.now.since(hold.since));
            let parked = format!("The rotation has been held for {span}: {}.", hold.reason);
            let late = works.filter(|_| hold.reason == HoldReason::Straggler);
            late.map_or_else(|| parked.clone(), |late| format!("{parked} {late}"))
        }
        None => works.unwrap_or_else(|| {
            finished(&doing(rotation.state, &keys::old(ledger, rotation), &keys::new(ledger, rotation)))
        }),
    }
}

/// Why the loser still works.
fn works(story: &Story<'_>, drain: &Drain) -> String {
    let loser = keys::loser(story.facts.ledger, story.rotation, drain.way);
    if story.rotation.loser(drain.way).is_none() {
        let new = keys::new(story.facts.ledger, story.rotation);
        return finished(&format!("{new} is the first one, and is being watched"));
    }
    let why = match (not_moved(story, drain), drain.gate.waits.is_empty()) {
        (Some(who), _) => format!("because {who}"),
        (None, false) => "because the overlap is not over, though everybody has moved".to_owned(),
        (None, true) => "but nothing stands in the way of its end any more".to_owned(),
    };
    finished(&format!("{loser} still works {why}"))
}

/// `2 of 4 instances have not moved`, or who else has not.
fn not_moved(story: &Story<'_>, drain: &Drain) -> Option<String> {
    let late = count(&drain.gate.waits, |wait| matches!(wait, Wait::Straggler(_)));
    let missing: usize = drain.gate.waits.iter().map(|wait| missing(wait, &drain.gate.waits)).sum();
    let (winner, loser) = (story.rotation.winner(drain.way), story.rotation.loser(drain.way));
    let known = roster::observe(story.facts.sightings, loser, winner, story.facts.lease_clock()).len();
    let shared = count(&drain.gate.waits, |wait| matches!(wait, Wait::Shared { .. }));
    match (late + missing, count(&drain.gate.waits, Wait::is_evidence) - shared) {
        (_, 0) => sharing(&drain.gate.waits),
        (0, 1) => Some("1 consumer has not shown that it has moved".to_owned()),
        (0, some) => Some(format!("{some} consumers have not shown that they have moved")),
        (1, _) => Some(format!("1 of {} has not moved", instances(known + missing))),
        (some, _) => Some(format!("{some} of {} have not moved", instances(known + missing))),
    }
}

/// Other secrets that hold the same value.
fn sharing(waits: &[Wait]) -> Option<String> {
    let names = waits.iter().filter_map(|wait| match wait {
        Wait::Shared { secret } => Some(secret.to_string()),
        Wait::Floor { .. }
        | Wait::Watched { .. }
        | Wait::Storm { .. }
        | Wait::Straggler(_)
        | Wait::Missing { .. }
        | Wait::Acknowledgement { .. }
        | Wait::Sessions { .. }
        | Wait::LastUsed { .. }
        | Wait::Landing { .. } => None,
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!("{} still needs the same value", names.join(", ")))
}

/// Declared instances of a consumer that nobody has ever seen.
fn missing(wait: &Wait, waits: &[Wait]) -> usize {
    let Wait::Missing { consumer, moved, declared } = wait else { return 0 };
    let late = count(waits, |wait| matches!(wait, Wait::Straggler(s) if s.consumer == *consumer));
    usize::try_from(declared.saturating_sub(*moved)).unwrap_or(usize::MAX).saturating_sub(late)
}

fn count(waits: &[Wait], which: impl Fn(&Wait) -> bool) -> usize {
    waits.iter().filter(|wait| which(wait)).count()
}

fn instances(count: usize) -> String {
    if count == 1 { "1 instance".to_owned() } else { format!("{count} instances") }
}

/// What a state does, with the keys named.
fn doing(state: State, old: &str, new: &str) -> String {
    match state {
        State::Minting(Mint::Looking(Aim::Create)) => "the issuer is looked at before a new key is made".to_owned(),
        State::Minting(Mint::Creating) => "the issuer is asked for a new key".to_owned(),
        State::Minting(Mint::Sweeping(_)) => "a key that a lost call left at the issuer is destroyed".to_owned(),
        State::Minting(Mint::Emptying) => {
            "whether a person has handed a new key over is looked at before the rotation ends".to_owned()
        }
        State::Minting(Mint::Looking(Aim::Leave)) => "the issuer is looked at before the rotation ends".to_owned(),
        State::Proving { .. } => format!("{new} is tried before anybody gets it"),
        State::Publishing { way: Way::Back, write: Write::Checking, .. } => {
            format!("{old} is tried before it is published again")
        }
        State::Publishing { way: Way::Forward, .. } => format!("{new} is put into the vault"),
        State::Publishing { way: Way::Back, .. } => format!("{old} is put into the vault again"),
        State::Draining(Way::Forward) => format!("consumers move to {new}"),
        State::Draining(Way::Back) => format!("consumers move back to {old}"),
        State::Disabling => format!("{old} is being switched off, which can be undone"),
        State::Watching => format!("{old} is switched off, and whoever misses it switches it on again"),
        State::Enabling(_) => format!("{old} is being switched on again"),
        State::Revoking(Way::Forward) => format!("{old} is condemned and being destroyed"),
        State::Revoking(Way::Back) => format!("{new} is condemned and being destroyed"),
        State::Confirming(Way::Forward, _) => format!("{old} was destroyed and is tried until it is refused"),
        State::Confirming(Way::Back, _) => format!("{new} was destroyed and is tried until it is refused"),
        State::Ended(Outcome::Done) => format!("the rotation is done, and {new} is current"),
        State::Ended(Outcome::RolledBack) => format!("the rotation was rolled back, and {old} is current"),
    }
}
