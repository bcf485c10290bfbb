//! Revoking: the loser is condemned and destroyed. The commit that enters here is the point of no return (R2).

use super::{Input, misfit};
use crate::{
    answer::{Answer, Blame, Why},
    gate,
    ledger::{Alert, AlertKind, Far, Stage},
    rotation::{Effect, Look, Operation, Refused, State, Transition, Way, turn::Turn},
};

pub(in crate::rotation) fn on(turn: Turn<'_>, way: Way, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(_) => Err(Refused::TooLate),
        Input::Woke => Ok(destroy(turn, way)),
        Input::Answer { operation, answer } => Ok(destroyed(turn, way, &operation, answer)),
    }
}

/// Condemns the loser and destroys it. Nothing irreversible is sent while an earlier call may still land (R9).
pub(super) fn condemn(mut turn: Turn<'_>, way: Way) -> Transition {
    if let Some(at) = turn.landing() {
        return turn.idle(Some(at));
    }
    let loser = turn.rotation.loser(way);
    let gate = gate::evaluate(&turn.rotation, turn.facts, way);
    turn.rotation.grade = turn.rotation.grade.or(Some(gate.grade));
    name_cut_off(&mut turn, way);
    turn.amend(loser, |c| {
        c.condemned = true;
        c.stage = Stage::Retired;
    });
    turn.advance(State::Revoking(way));
    turn.rotation.times.since = Some(turn.now());
    turn.rotation.times.landing = None;
    destroy(turn, way)
}

/// Whoever is cut off by a forced revoke is named in the record.
fn name_cut_off(turn: &mut Turn<'_>, way: Way) {
    let unforced =
        crate::rotation::Rotation { forced: false, cause: crate::rotation::Cause::Asked, ..turn.rotation.clone() };
    let cut_off = gate::cut_off(&gate::evaluate(&unforced, turn.facts, way));
    let published = matches!(turn.rotation.state, State::Draining(_) | State::Watching);
    if published && !cut_off.is_empty() {
        turn.alert(AlertKind::CutOff, Alert::cut_off(&cut_off));
    }
}

pub(super) fn destroy(turn: Turn<'_>, way: Way) -> Transition {
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    match turn.rotation.loser(way) {
        Some(credential) => turn.perform(Effect::Destroy { credential }),
        None => turn.retry(misfit()),
    }
}

fn destroyed(mut turn: Turn<'_>, way: Way, operation: &Operation, answer: Answer) -> Transition {
    match answer {
        Answer::Done(_) | Answer::Refused(Why { blame: Blame::NotFound, .. }) => {
            turn.amend(turn.rotation.loser(way), |c| c.far = Far::Disabled);
            turn.rotation.times.since = Some(turn.now());
            super::confirming::confirm(turn, way, Look::First)
        }
        Answer::NotSent(why) if why.blame == Blame::Person => {
            turn.rotation.tries = 0;
            super::confirming::asked(turn, way, why.what)
        }
        Answer::NotSent(why) | Answer::Refused(why) => turn.retry(why),
        Answer::Unknown(why) => {
            turn.may_land(operation.lands_until);
            turn.retry(why)
        }
    }
}
