//! Confirming: a revoke that returned success is no proof. Sessions are ended, the loser is tried until it is refused and
//! listed until it is gone, and both once more after the issuer's propagation (R12).

use keybaton_types::Outcome;

use super::{Input, misfit};
use crate::{
    answer::{Answer, Found, Life, Remains, Verdict},
    ledger::{AlertKind, Far},
    rotation::{Effect, HoldReason, Look, Refused, State, Transition, Way, pace, turn::Turn},
    sheet::Addressing,
};

pub(in crate::rotation) fn on(turn: Turn<'_>, way: Way, look: Look, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(_) => Err(Refused::TooLate),
        Input::Woke => Ok(examine(turn, way)),
        Input::Answer { operation, answer } => Ok(match (&operation.effect, answer) {
            (Effect::EndSessions { .. }, Answer::Done(_)) => examine(turn, way),
            (_, Answer::Done(Found::Examined(remains))) => examined(turn, way, look, remains),
            (_, Answer::Done(_)) => turn.retry(misfit()),
            (_, Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why)) => turn.retry(why),
        }),
    }
}

/// Begins with the sessions, where they outlive the credential.
pub(super) fn confirm(mut turn: Turn<'_>, way: Way, look: Look) -> Transition {
    turn.advance(State::Confirming(way, look));
    match turn.rotation.loser(way) {
        Some(credential) if look == Look::First && turn.facts.sheet.sessions.has() => {
            turn.perform(Effect::EndSessions { credential })
        }
        _ => examine(turn, way),
    }
}

fn examine(turn: Turn<'_>, way: Way) -> Transition {
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    match turn.rotation.loser(way) {
        Some(credential) => turn.perform(Effect::Examine { credential }),
        None => turn.retry(misfit()),
    }
}

fn examined(turn: Turn<'_>, way: Way, look: Look, remains: Remains) -> Transition {
    let gone = matches!(remains.listed, None | Some(Life::Gone));
    match (remains.verdict, gone) {
        (Verdict::Refused, true) => dead(turn, way, look),
        (Verdict::Inconclusive, _) => turn.retry(super::unclear()),
        (Verdict::Refused | Verdict::Accepted, _) => alive(turn, way, gone),
    }
}

fn dead(mut turn: Turn<'_>, way: Way, look: Look) -> Transition {
    match look {
        Look::Second => {
            if let Some(at) = turn.landing().filter(|_| turn.facts.sheet.addressing == Addressing::Again) {
                return turn.wait(at);
            }
            turn.amend(turn.rotation.loser(way), |c| c.far = Far::Destroyed);
            turn.end(match way {
                Way::Forward => Outcome::Done,
                Way::Back => Outcome::RolledBack,
            })
        }
        Look::First => {
            let settled = turn.rotation.times.since.unwrap_or(turn.now()) + turn.facts.sheet.propagation;
            turn.advance(State::Confirming(way, Look::Second));
            if settled > turn.now() { turn.wait(settled) } else { examine(turn, way) }
        }
    }
}

/// It still works, or is still listed. Within the issuer's propagation that is no surprise; after it an alert is raised,
/// and what the list still shows is destroyed again.
fn alive(mut turn: Turn<'_>, way: Way, gone: bool) -> Transition {
    let propagation = turn.facts.sheet.propagation;
    let pause = pace::proof(propagation, turn.facts.policy.watch.every);
    turn.rotation.state = State::Confirming(way, Look::First);
    if turn.now() <= turn.rotation.times.since.unwrap_or(turn.now()) + propagation {
        return turn.pause(pause);
    }
    if !turn.is_raised(AlertKind::StillAccepted) {
        let what = "the revoked key is still accepted or listed after the issuer's propagation";
        turn.alert(AlertKind::StillAccepted, what);
    }
    turn.park(HoldReason::StillAccepted);
    if gone {
        return turn.pause(pause);
    }
    turn.rotation.state = State::Revoking(way);
    turn.pause(pause)
}
