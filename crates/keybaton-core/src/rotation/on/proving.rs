//! Proving: B is tried until it was accepted often enough, and long enough after it was made. A B that never proves is
//! destroyed; nothing was published.

use std::time::Duration;

use super::{Input, misfit};
use crate::{
    answer::{Answer, Found, Verdict},
    rotation::{Effect, HoldReason, Refused, Request, State, Transition, Way, pace, turn::Turn},
};

pub(in crate::rotation) fn on(turn: Turn<'_>, passes: u8, refusals: u8, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(Request::Rollback) => Ok(super::revoking::condemn(turn, Way::Back)),
        Input::Asked(_) => Err(Refused::NothingToForce),
        Input::Woke => Ok(probe(turn)),
        Input::Answer { answer: Answer::Done(Found::Probed(verdict)), .. } => Ok(match verdict {
            Verdict::Accepted => accepted(turn, passes.saturating_add(1)),
            Verdict::Refused => refused(turn, refusals.saturating_add(1)),
            Verdict::Inconclusive => turn.retry(super::unclear()),
        }),
        Input::Answer { answer, .. } => Ok(match answer {
            Answer::Done(_) => turn.retry(misfit()),
            Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
        }),
    }
}

fn probe(turn: Turn<'_>) -> Transition {
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    match turn.rotation.new {
        Some(credential) => turn.perform(Effect::Probe { credential }),
        None => turn.retry(misfit()),
    }
}

/// The last of the required passes counts only when the propagation is over.
fn accepted(mut turn: Turn<'_>, passes: u8) -> Transition {
    let needed = turn.facts.policy.watch.failures;
    let known_everywhere = turn.rotation.times.since.unwrap_or(turn.now()) + turn.facts.sheet.propagation;
    let early = turn.now() < known_everywhere;
    if passes >= needed && !early {
        return super::publishing::publish(turn, Way::Forward);
    }
    turn.advance(State::Proving { passes: passes.min(needed.saturating_sub(1)), refusals: 0 });
    if early && passes + 1 >= needed { turn.wait(known_everywhere) } else { probe(turn) }
}

fn refused(mut turn: Turn<'_>, refusals: u8) -> Transition {
    let watch = turn.facts.policy.watch;
    let patience = turn.facts.sheet.propagation + pace::proof(turn.facts.sheet.propagation, watch.every);
    let hopeless = turn.now() >= turn.rotation.times.since.unwrap_or(turn.now()) + patience;
    turn.rotation.state = State::Proving { passes: 0, refusals };
    if hopeless && refusals >= watch.failures {
        return if turn.is_emergency() {
            turn.hold(HoldReason::NeverProved)
        } else {
            super::revoking::condemn(turn, Way::Back)
        };
    }
    let span: Duration = pace::proof(turn.facts.sheet.propagation, watch.every);
    turn.pause(span)
}
