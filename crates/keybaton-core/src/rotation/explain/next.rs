//! What happens next, and when.

use keybaton_types::Timestamp;

use super::{Drain, Story};
use crate::{
    facts::{Facts, Presence},
    gate::Wait,
    policy::OnStraggler,
    rotation::{Aim, Cause, Hold, HoldReason, Look, Mint, Resumes, State, Then, Way, span},
};

/// A secret without a rotation.
pub(super) fn at_rest(facts: &Facts<'_>) -> String {
    if facts.ledger.restored {
        return "Nothing until a person has looked: the state database is older than the world.".to_owned();
    }
    match facts.ledger.current {
        Some(_) => "Nothing until the schedule or a person starts a rotation.".to_owned(),
        None => "Nothing until a key is adopted, or the first one is made.".to_owned(),
    }
}

/// An active rotation.
pub(super) fn during(story: &Story<'_>) -> String {
    match (&story.rotation.hold, &story.drain) {
        (Some(hold), _) => held(story, hold),
        (None, Some(drain)) => draining(story, drain),
        (None, None) => format!("{}{}", after(story), pause(story)),
    }
}

fn held(story: &Story<'_>, hold: &Hold) -> String {
    match (hold.reason.resumes(), story.rotation.state) {
        (Resumes::ByHuman, State::Draining(_)) => {
            "Nothing until a person decides; meanwhile the keys are watched.".to_owned()
        }
        (Resumes::ByHuman, _) => "Nothing until a person decides.".to_owned(),
        (Resumes::WhenClear, _) if hold.reason.errand().is_some() => errand(story, hold),
        (Resumes::WhenClear, _) if hold.reason == HoldReason::Straggler => {
            "It goes on by itself when the last of them has moved; nothing is revoked before.".to_owned()
        }
        (Resumes::WhenClear, _) => format!("It goes on by itself when the reason is gone.{}", pause(story)),
    }
}

/// What follows when a person has done it; until then only reminders come.
fn errand(story: &Story<'_>, hold: &Hold) -> String {
    let then = match hold.reason {
        HoldReason::AwaitsKey(_) => "When the key is handed over it is tried, and published only when it works.",
        _ => "It is tried until it is refused, twice; then the rotation ends.",
    };
    format!("{then} Nothing ends by waiting.{}", pause(story))
}

/// When the next try is, if one is waited for.
fn pause(story: &Story<'_>) -> String {
    match story.rotation.times.wake.filter(|&at| at > story.facts.now) {
        Some(at) => format!(" The next look is {}.", span::until(story.facts.now, at)),
        None => String::new(),
    }
}

fn draining(story: &Story<'_>, drain: &Drain) -> String {
    let late = drain.gate.waits.iter().any(Wait::is_evidence);
    if !late {
        return format!("{}{}.", ready(drain), end(story, drain.way));
    }
    format!("Nothing until they have moved; then {}. {}", end(story, drain.way), at_most(story, drain.way))
}

fn ready(drain: &Drain) -> &'static str {
    if drain.gate.waits.is_empty() { "Now " } else { "When that is over, " }
}

/// What the open gate leads to.
fn end(story: &Story<'_>, way: Way) -> String {
    let gentle = story.facts.sheet.switching.has() && !story.rotation.forced && story.rotation.cause != Cause::Leaked;
    match way {
        Way::Forward if story.rotation.old.is_none() => "the rotation is done".to_owned(),
        Way::Forward if gentle && story.facts.presence == Presence::Passes => {
            "the old key is switched off, as soon as an engine stays to watch it".to_owned()
        }
        Way::Forward if gentle => {
            let span = span::brief(story.facts.policy.watch.span);
            format!("the old key is switched off, watched for {span}, and destroyed")
        }
        Way::Forward => "the old key is destroyed".to_owned(),
        Way::Back => "the new key is destroyed, and the rotation ends rolled back".to_owned(),
    }
}

/// What happens if they never move.
fn at_most(story: &Story<'_>, way: Way) -> String {
    let policy = story.facts.policy;
    let since = story.rotation.times.since.unwrap_or(story.facts.now);
    let when = |at: Timestamp| span::until(story.facts.now, at);
    if story.rotation.cause == Cause::Leaked && way == Way::Forward {
        let at = when(since + policy.force_after);
        return format!("The key has leaked: it dies {at} at the latest, whoever still uses it.");
    }
    let at = when(since + policy.overlap.max);
    match policy.overlap.on_straggler {
        OnStraggler::Revoke => format!("At the end of the overlap ({at}) it dies, whoever still uses it."),
        OnStraggler::Rollback if way == Way::Forward && story.rotation.old.is_some() => {
            format!("At the end of the overlap ({at}) the old key is published again.")
        }
        OnStraggler::Hold | OnStraggler::Rollback => {
            format!("At the end of the overlap ({at}) the rotation is held and a person is called.")
        }
    }
}

/// What follows the present state when all goes well.
fn after(story: &Story<'_>) -> String {
    let (policy, sheet) = (story.facts.policy, story.facts.sheet);
    match story.rotation.state {
        State::Minting(Mint::Looking(Aim::Leave) | Mint::Sweeping(Aim::Leave) | Mint::Emptying) => {
            "When nothing of ours is left at the issuer, the rotation ends rolled back.".to_owned()
        }
        State::Minting(_) => "Then the new key is tried, and published only when it works.".to_owned(),
        State::Proving { .. } => format!(
            "It is published when it was accepted {} times in a row and {} have passed since it was made; \
             if it never works, it is destroyed.",
            policy.watch.failures,
            span::brief(sheet.propagation)
        ),
        State::Publishing { way: Way::Forward, .. } => "Then consumers move to it, and both keys work.".to_owned(),
        State::Publishing { way: Way::Back, .. } => "Then consumers move back to it, and both keys work.".to_owned(),
        State::Disabling => format!("Then it is watched for {}.", span::brief(policy.watch.span)),
        State::Watching => {
            let left = policy.watch.span.saturating_sub(story.facts.watch.observed);
            format!("It is destroyed after {} more of watching without a refusal.", span::brief(left))
        }
        State::Enabling(Then::Drain) => "Then the drain goes on with a new watch.".to_owned(),
        State::Enabling(Then::Back) => "Then it is published again.".to_owned(),
        State::Revoking(_) => "The destroy is repeated until the issuer confirms it.".to_owned(),
        State::Confirming(_, Look::Asked | Look::First) => format!(
            "The rotation ends when the key is refused and gone, now and again after {}.",
            span::brief(sheet.propagation)
        ),
        State::Confirming(_, Look::Second) => "The rotation ends when the key is refused once more.".to_owned(),
        State::Draining(_) | State::Ended(_) => "Nothing.".to_owned(),
    }
}
