//! Watching: A is off, and whoever is refused with it switches it on again at once.

use keybaton_types::Grade;

use super::Input;
use crate::{
    facts::Presence,
    gate,
    health::{self, Finding},
    ledger::AlertKind,
    rotation::{Effect, Refused, Request, State, Then, Transition, Way, turn::Turn},
};

pub(in crate::rotation) fn on(mut turn: Turn<'_>, input: &Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Answer { .. } => Err(Refused::StaleAnswer),
        Input::Asked(Request::Rollback) => Ok(super::enabling::enable(turn, Then::Back)),
        Input::Asked(_) => {
            turn.rotation.forced = true;
            Ok(super::revoking::condemn(turn, Way::Forward))
        }
        Input::Woke => Ok(look(turn)),
    }
}

fn look(mut turn: Turn<'_>) -> Transition {
    if let Some(who) = health::old_is_missed(&turn.rotation, turn.facts) {
        turn.alert(AlertKind::Straggler, format!("{who} was refused with the old key, which was switched on again"));
        return super::enabling::enable(turn, Then::Drain);
    }
    if let Some(storm) = health::storm_since_off(&turn.rotation, turn.facts) {
        return super::enabling::because_of(turn, storm);
    }
    if !turn.is_emergency()
        && let Some(other) = gate::keepers(turn.facts, turn.rotation.old).next()
    {
        turn.alert(AlertKind::Straggler, format!("{} needs the old key again, which was switched on", other.secret));
        return super::enabling::enable(turn, Then::Drain);
    }
    match health::judge(&turn.rotation, turn.facts) {
        Some(Finding::NewFails(failure)) => return super::enabling::because_new_fails(turn, &failure),
        Some(Finding::BothRefused | Finding::OneInstance { .. }) | None => {}
    }
    if is_unwatched(&turn) || health::new_is_doubted(turn.facts) {
        return super::enabling::enable(turn, Then::Drain);
    }
    if turn.is_drifting() {
        return super::enabling::enable(turn, Then::Drain);
    }
    if turn.facts.watch.old_enabled == Some(true) {
        return again(turn);
    }
    if turn.facts.watch.observed < turn.facts.policy.watch.span || health::new_was_refused(turn.facts) {
        return turn.idle(None);
    }
    turn.rotation.grade = turn.rotation.grade.max(Some(Grade::Evidenced));
    super::revoking::condemn(turn, Way::Forward)
}

/// A gap in the watch means that a refusal may have been missed: A is switched on again first.
fn is_unwatched(turn: &Turn<'_>) -> bool {
    let since = turn.rotation.times.off.unwrap_or(turn.now());
    let every = turn.facts.policy.watch.every;
    let never = turn.facts.watch.last.is_none() && turn.now().since(since) > every * 3;
    turn.facts.presence == Presence::Passes || never || turn.facts.watch.has_gap(turn.now(), every)
}

/// Somebody else switched A on: it is switched off again, and the watch begins anew (R9).
fn again(mut turn: Turn<'_>) -> Transition {
    let Some(credential) = turn.rotation.old else { return turn.idle(None) };
    turn.alert(AlertKind::Drift, "the old key was switched on at the issuer while it had to be off");
    turn.advance(State::Disabling);
    turn.perform(Effect::Disable { credential })
}
