//! The dispatch table: which handler answers which state. Total: no state and no event falls through.

use super::{
    Event, HoldReason, Refused, Request, Resumes, Rotation, State, Then, Transition,
    on::{self, Input},
    turn::Turn,
};
use crate::{
    answer::{Answer, Blame, Why},
    facts::Facts,
    ledger::AlertKind,
};

/// Decides one step of a rotation. Pure and total; a refusal changes nothing.
pub fn step(rotation: Rotation, facts: &Facts<'_>, event: Event) -> Result<Transition, Refused> {
    let input = admit(&rotation, event)?;
    let mut turn = Turn::new(rotation, facts);
    turn.rotation.pending = None;
    let input = match input {
        Input::Asked(request) => match ask(&mut turn, request)? {
            Some(request) => Input::Asked(request),
            None => Input::Woke,
        },
        other => other,
    };
    if let Some(transition) = parked(&mut turn, &input) {
        return Ok(transition);
    }
    match turn.rotation.state {
        State::Minting(mint) => on::minting::on(turn, mint, input),
        State::Proving { passes, refusals } => on::proving::on(turn, passes, refusals, input),
        State::Publishing { way, write, version } => on::publishing::on(turn, way, write, version, input),
        State::Draining(way) => on::draining::on(turn, way, &input),
        State::Disabling => on::disabling::on(turn, input),
        State::Watching => on::watching::on(turn, &input),
        State::Enabling(then) => on::enabling::on(turn, then, input),
        State::Revoking(way) => on::revoking::on(turn, way, input),
        State::Confirming(way, look) => on::confirming::on(turn, way, look, input),
        State::Ended(_) => Err(Refused::Over),
    }
}

/// Checks that the event fits what is pending, and tells the handlers what it means.
fn admit(rotation: &Rotation, event: Event) -> Result<Input, Refused> {
    if matches!(rotation.state, State::Ended(_)) {
        return Err(Refused::Over);
    }
    match (&rotation.pending, event) {
        (Some(pending), Event::Answered { seq, answer }) if pending.seq == seq => {
            Ok(Input::Answer { operation: pending.clone(), answer })
        }
        (Some(pending), Event::Recovered(seq)) if pending.seq == seq => Ok(Input::Answer {
            operation: pending.clone(),
            answer: Answer::Unknown(Why::new(Blame::Lost, "the engine stopped before the answer came")),
        }),
        (_, Event::Answered { .. } | Event::Recovered(_)) => Err(Refused::StaleAnswer),
        (Some(_), _) => Err(Refused::Busy),
        (None, Event::Started) if rotation.is_fresh() => Ok(Input::Begin),
        (None, Event::Started) => Err(Refused::Begun),
        (None, Event::Woke) => Ok(Input::Woke),
        (None, Event::Asked(request)) => Ok(Input::Asked(request)),
    }
}

/// What a request means in every state; what is left of it goes to the state's own handler.
fn ask(turn: &mut Turn<'_>, request: Request) -> Result<Option<Request>, Refused> {
    match request {
        Request::Resume => resume(turn),
        Request::Hasten => {
            turn.rotation.cause = super::Cause::Leaked;
            Ok(None)
        }
        Request::Rollback | Request::Force if turn.rotation.state.is_past_return() => Err(Refused::TooLate),
        Request::Rollback | Request::Force => Ok(Some(request)),
    }
}

/// Ends the hold. Where a drain waited for a person, what was seen before is what held it: the drain looks anew.
fn resume(turn: &mut Turn<'_>) -> Result<Option<Request>, Refused> {
    let Some(hold) = &turn.rotation.hold else { return Err(Refused::NotHeld) };
    let by_human = hold.reason.resumes() == Resumes::ByHuman;
    if turn.facts.ledger.restored {
        turn.change(crate::ledger::Change::Trusted);
        turn.trusted = true;
        super::trust::resume(turn);
    }
    turn.rotation.tries = 0;
    turn.rotation.times.wake = None;
    turn.release();
    let drains = matches!(turn.rotation.state, State::Draining(_));
    Ok((by_human && drains).then_some(Request::Resume))
}

/// What happens to a rotation that waits for a person: nothing but the watch over its health, which may still bring
/// consumers back to a working credential. A restored database stops everything, whatever was in flight (R11).
fn parked(turn: &mut Turn<'_>, input: &Input) -> Option<Transition> {
    if turn.is_restored() && !matches!(input, Input::Begin) {
        return stopped(turn, input);
    }
    let by_human = turn.rotation.hold.as_ref().is_some_and(|hold| hold.reason.resumes() == Resumes::ByHuman);
    let watched = matches!(turn.rotation.state, State::Draining(_));
    (matches!(input, Input::Woke) && by_human && !watched).then(|| Transition::idle(None))
}

/// What a restored database still does: an old credential that is off is switched on again, and nothing else.
fn stopped(turn: &mut Turn<'_>, input: &Input) -> Option<Transition> {
    if let State::Enabling(_) = turn.rotation.state {
        turn.rotation.state = State::Enabling(Then::Drain);
        return None;
    }
    let mut stopped = Turn::new(turn.rotation.clone(), turn.facts);
    if let Input::Answer { operation, .. } = input {
        stopped.may_land(operation.lands_until);
    }
    Some(match turn.rotation.state {
        State::Disabling | State::Watching => on::enabling::enable(stopped, Then::Drain),
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Draining(_)
        | State::Enabling(_)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => stopped.hold_quietly(HoldReason::Restored),
    })
}

impl Rotation {
    /// Whether nothing has been done yet.
    fn is_fresh(&self) -> bool {
        self.times == super::Times::default() && self.tries == 0 && self.hold.is_none() && self.new.is_none()
    }
}

/// The kinds of alert that one rotation raises and its end resolves.
pub(super) const OWN_ALERTS: [AlertKind; 7] = [
    AlertKind::Held,
    AlertKind::Instance,
    AlertKind::Straggler,
    AlertKind::Drift,
    AlertKind::StillAccepted,
    AlertKind::PersonLate,
    AlertKind::Storm,
];
