//! Enabling: A is switched on again, at once. It counts only when a probe is accepted and no earlier disable can land
//! any more (R9).

use super::{Input, misfit};
use crate::{
    answer::{Answer, Blame, Found, Verdict, Why},
    health::Failure,
    ledger::{AlertKind, Far, Storm},
    policy::Rollback,
    rotation::{Effect, Operation, Refused, Request, State, Then, Transition, Way, turn::Turn},
};

pub(in crate::rotation) fn on(mut turn: Turn<'_>, then: Then, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(Request::Rollback) if then == Then::Back => Err(Refused::AlreadyBack),
        Input::Asked(Request::Rollback) => {
            turn.rotation.state = State::Enabling(Then::Back);
            Ok(again(turn))
        }
        Input::Asked(_) => Err(Refused::NothingToForce),
        Input::Woke => Ok(again(turn)),
        Input::Answer { operation, answer } => Ok(match &operation.effect {
            Effect::Probe { .. } => probed(turn, then, answer),
            _ => enabled(turn, &operation, answer),
        }),
    }
}

/// Switches A on.
pub(in crate::rotation) fn enable(mut turn: Turn<'_>, then: Then) -> Transition {
    turn.advance(State::Enabling(then));
    again(turn)
}

/// Switches A on because B fails: the policy says whether A is published again or a person is asked in the drain (R13).
pub(super) fn because_new_fails(mut turn: Turn<'_>, failure: &Failure) -> Transition {
    if turn.facts.policy.rollback == Rollback::Auto {
        turn.alert(AlertKind::RolledBack, failure.to_string());
        return enable(turn, Then::Back);
    }
    enable(turn, Then::Drain)
}

/// Switches A on because of a storm that began while it was off: nobody knows whether A is what is missed.
pub(super) fn because_of(mut turn: Turn<'_>, storm: &Storm) -> Transition {
    let what =
        format!("{}: {}, since the old key was switched off; it was switched on again", storm.source, storm.what);
    turn.alert(AlertKind::Storm, what);
    enable(turn, Then::Drain)
}

/// Goes back to the drain with a new watch: what was seen before does not count any more.
pub(super) fn drain(mut turn: Turn<'_>) -> Transition {
    turn.rotation.grade = None;
    turn.rotation.times.off = None;
    turn.advance(State::Draining(Way::Forward));
    turn.watch_anew();
    turn.done(None)
}

fn again(turn: Turn<'_>) -> Transition {
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    match turn.rotation.old {
        Some(credential) => turn.perform(Effect::Enable { credential }),
        None => turn.retry(misfit()),
    }
}

fn enabled(mut turn: Turn<'_>, operation: &Operation, answer: Answer) -> Transition {
    match answer {
        Answer::Done(_) => {
            let Some(credential) = turn.rotation.old else { return turn.retry(misfit()) };
            turn.perform(Effect::Probe { credential })
        }
        Answer::NotSent(why) | Answer::Refused(why) => turn.retry(why),
        Answer::Unknown(why) => {
            turn.may_land(operation.lands_until);
            turn.retry(why)
        }
    }
}

fn probed(mut turn: Turn<'_>, then: Then, answer: Answer) -> Transition {
    match answer {
        Answer::Done(Found::Probed(Verdict::Accepted)) => {
            if let Some(at) = turn.landing() {
                return turn.wait(at);
            }
            turn.amend(turn.rotation.old, |c| c.far = Far::Active);
            leave(turn, then)
        }
        Answer::Done(Found::Probed(Verdict::Refused)) => turn.retry(refused()),
        Answer::Done(Found::Probed(Verdict::Inconclusive)) => turn.retry(super::unclear()),
        Answer::Done(_) => turn.retry(misfit()),
        Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
    }
}

fn leave(turn: Turn<'_>, then: Then) -> Transition {
    match then {
        Then::Drain => drain(turn),
        Then::Back => super::publishing::publish(turn, Way::Back),
    }
}

fn refused() -> Why {
    Why::new(Blame::Transient, "the old key is still refused after it was switched on")
}
