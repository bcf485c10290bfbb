//! Disabling: A is being switched off. A disable whose end nobody knows is looked at when it can't land any more; after
//! a crash A is switched on again first, because nobody watched.

use super::{Input, misfit};
use crate::{
    answer::{Answer, Blame, Found, Life, Remains, Verdict},
    health::{self, Finding},
    ledger::Far,
    rotation::{Effect, HoldReason, Operation, Refused, Request, State, Then, Transition, pace, turn::Turn},
};

pub(in crate::rotation) fn on(turn: Turn<'_>, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(Request::Rollback) => Ok(super::enabling::enable(turn, Then::Back)),
        Input::Asked(_) => Err(Refused::NothingToForce),
        Input::Woke => Ok(look(turn)),
        Input::Answer { operation, answer } => Ok(match (&operation.effect, answer) {
            (Effect::Examine { .. }, answer) => examined(turn, answer),
            (_, answer) => disabled(turn, &operation, answer),
        }),
    }
}

fn disabled(mut turn: Turn<'_>, operation: &Operation, answer: Answer) -> Transition {
    match answer {
        Answer::Done(_) => watch(turn),
        Answer::NotSent(why) => turn.retry(why),
        Answer::Refused(why) => {
            turn.rotation.times.off = None;
            turn.rotation.grade = None;
            turn.advance(State::Draining(crate::rotation::Way::Forward));
            turn.hold_quietly(HoldReason::DisableRefused(why.what))
        }
        Answer::Unknown(why) => {
            turn.may_land(operation.lands_until);
            turn.amend(turn.rotation.old, |c| c.far = Far::Disabled);
            if why.blame == Blame::Lost {
                return super::enabling::enable(turn, Then::Drain);
            }
            turn.wait(operation.lands_until)
        }
    }
}

/// While nobody knows whether A is off, its users and B are listened to; then the issuer is asked.
fn look(turn: Turn<'_>) -> Transition {
    if health::old_is_missed(&turn.rotation, turn.facts).is_some() || health::new_is_doubted(turn.facts) {
        return super::enabling::enable(turn, Then::Drain);
    }
    if let Some(storm) = health::storm_since_off(&turn.rotation, turn.facts) {
        return super::enabling::because_of(turn, storm);
    }
    if let Some(Finding::NewFails(failure)) = health::judge(&turn.rotation, turn.facts) {
        return super::enabling::because_new_fails(turn, &failure);
    }
    if let Some(at) = turn.landing() {
        return turn.idle(Some(at));
    }
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    match turn.rotation.old {
        Some(credential) => turn.perform(Effect::Examine { credential }),
        None => turn.retry(misfit()),
    }
}

fn examined(turn: Turn<'_>, answer: Answer) -> Transition {
    match answer {
        Answer::Done(Found::Examined(
            Remains { listed: Some(Life::Off), .. } | Remains { listed: None, verdict: Verdict::Refused },
        )) => watch(turn),
        Answer::Done(Found::Examined(_)) => again(turn),
        Answer::Done(_) => turn.retry(misfit()),
        Answer::Unknown(why) if why.blame == Blame::Lost => super::enabling::enable(turn, Then::Drain),
        Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
    }
}

/// A is still on: it is switched off once more, and not for ever.
fn again(mut turn: Turn<'_>) -> Transition {
    turn.amend(turn.rotation.old, |c| c.far = Far::Active);
    turn.rotation.tries = turn.rotation.tries.saturating_add(1);
    match turn.rotation.old {
        Some(credential) if turn.rotation.tries < pace::PATIENCE => turn.perform(Effect::Disable { credential }),
        _ => super::enabling::enable(turn, Then::Drain),
    }
}

/// A is off: a new watch begins.
fn watch(mut turn: Turn<'_>) -> Transition {
    turn.amend(turn.rotation.old, |c| c.far = Far::Disabled);
    turn.advance(State::Watching);
    turn.watch_anew();
    turn.done(None)
}
