//! Confirming: a revoke that returned success is no proof. Sessions are ended, the loser is tried until it is refused and
//! listed until it is gone, and both once more after the issuer's propagation (R12).

use keybaton_types::Outcome;

use super::{Input, misfit};
use crate::{
    answer::{Answer, Found, Life, Remains, Verdict, Why},
    ledger::{AlertKind, Far},
    rotation::{Effect, HoldReason, Look, Refused, State, Transition, Way, pace, turn::Turn},
    sheet::{Addressing, Errand},
};

pub(in crate::rotation) fn on(turn: Turn<'_>, way: Way, look: Look, input: Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(_) => Err(Refused::TooLate),
        Input::Woke => Ok(woken(turn, way, look)),
        Input::Answer { operation, answer } => Ok(match (&operation.effect, answer) {
            (Effect::EndSessions { .. }, Answer::Done(_)) => examine(turn, way),
            (_, Answer::Done(Found::Examined(remains))) => examined(turn, way, look, remains),
            (_, Answer::Done(_)) => turn.retry(misfit()),
            (_, Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why)) => unsure(turn, way, look, why),
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

/// The hold of an errand ends by a person's word: then a refusal counts.
fn woken(mut turn: Turn<'_>, way: Way, look: Look) -> Transition {
    if look == Look::Asked && turn.rotation.hold.is_none() {
        turn.rotation.state = State::Confirming(way, Look::First);
    }
    examine(turn, way)
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
        (Verdict::Inconclusive, _) => unsure(turn, way, look, super::unclear()),
        (Verdict::Refused | Verdict::Accepted, _) => alive(turn, way, gone),
    }
}

/// A person deletes the loser, and nobody knows when: it is tried at once, because only what was seen accepted can be
/// seen to die, and then until it is refused.
pub(super) fn asked(mut turn: Turn<'_>, way: Way, what: String) -> Transition {
    turn.rotation.state = State::Confirming(way, Look::Asked);
    turn.tell(HoldReason::AwaitsDeletion(what));
    match turn.rotation.loser(way) {
        Some(credential) => turn.perform(Effect::Examine { credential }),
        None => turn.retry(misfit()),
    }
}

/// Goes on waiting for a person, and looks ever more rarely.
fn awaited(mut turn: Turn<'_>, way: Way, look: Look, what: String) -> Transition {
    turn.rotation.state = State::Confirming(way, look);
    let asked = turn.now().since(turn.rotation.times.since.unwrap_or(turn.now()));
    let next = turn.now() + pace::errand(asked, turn.facts.policy.watch.every);
    turn.errand(HoldReason::AwaitsDeletion(what), Some(next))
}

/// Nothing was learned: whoever waits for a person goes on waiting.
fn unsure(turn: Turn<'_>, way: Way, look: Look, why: Why) -> Transition {
    match awaits(&turn) {
        Some(what) => awaited(turn, way, look, what),
        None => turn.retry(why),
    }
}

/// It is refused, and was so before anybody deleted it, as far as is known: a person has to say so too.
fn unproven(turn: Turn<'_>, way: Way) -> Transition {
    unsure(turn, way, Look::Asked, super::unclear())
}

/// What a person is asked to do, where the loser waits for one to delete it.
fn awaits(turn: &Turn<'_>) -> Option<String> {
    let what = turn.rotation.hold.as_ref().and_then(|hold| hold.reason.errand())?;
    turn.facts.sheet.chooser.errand().map(|_| what.to_owned())
}

fn dead(mut turn: Turn<'_>, way: Way, look: Look) -> Transition {
    match look {
        Look::Asked => unproven(turn, way),
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
            // When a person deleted it is not known: it counts from the first refusal.
            let since = turn.rotation.times.since.filter(|_| turn.facts.sheet.chooser.errand().is_none());
            let settled = since.unwrap_or(turn.now()) + turn.facts.sheet.propagation;
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
    if let Some(errand) = turn.facts.sheet.chooser.errand() {
        return undeleted(turn, way, errand);
    }
    turn.rotation.state = State::Confirming(way, Look::First);
    if turn.now() <= turn.rotation.times.since.unwrap_or(turn.now()) + propagation {
        return turn.pause(pause);
    }
    if !turn.is_raised(AlertKind::StillAccepted) {
        let what = "the revoked key is still accepted or listed after the issuer's propagation";
        turn.alert(AlertKind::StillAccepted, what);
    }
    let undone = turn.is_on_errand();
    turn.park(HoldReason::StillAccepted);
    if gone && !undone {
        return turn.pause(pause);
    }
    turn.rotation.state = State::Revoking(way);
    turn.pause(pause)
}

/// Before the deadline it is no surprise that nobody has deleted it yet. Where the connector's words are not at hand, it
/// is asked for them again.
fn undeleted(mut turn: Turn<'_>, way: Way, errand: Errand) -> Transition {
    let late = turn.rotation.times.since.unwrap_or(turn.now()) + errand.deadline;
    if turn.now() >= late && !turn.is_raised(AlertKind::StillAccepted) {
        turn.alert(AlertKind::StillAccepted, "the revoked key is still accepted after the deadline for deleting it");
    }
    if let Some(what) = awaits(&turn) {
        return awaited(turn, way, Look::First, what);
    }
    turn.rotation.state = State::Revoking(way);
    super::revoking::destroy(turn, way)
}
