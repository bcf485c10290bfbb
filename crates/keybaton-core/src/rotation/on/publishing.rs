//! Publishing: the winner is put into the vault under the next number. Going back, the old credential is probed first,
//! and always written, even if the vault still shows it (R4).

use keybaton_types::VersionNo;

use super::{Input, misfit};
use crate::{
    answer::{Answer, Found, Served, Verdict, Why},
    health::{self, Finding},
    ledger::{Change, Stage, Version},
    policy::Rollback,
    rotation::{Effect, HoldReason, Operation, Refused, Request, State, Transition, Way, Write, turn::Turn},
    sheet::Fencing,
};

pub(in crate::rotation) fn on(
    turn: Turn<'_>,
    way: Way,
    write: Write,
    version: VersionNo,
    input: Input,
) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Asked(Request::Rollback) if way == Way::Back => Err(Refused::AlreadyBack),
        Input::Asked(Request::Rollback) => back(turn),
        Input::Asked(_) => Err(Refused::NothingToForce),
        Input::Woke => Ok(again(turn, way, write, version)),
        Input::Answer { operation, answer } => Ok(match write {
            Write::Checking => checked(turn, answer),
            Write::Writing => written(turn, way, version, &operation, answer),
            Write::Reading => read(turn, way, version, answer),
        }),
    }
}

/// Publishes the winner under the next number: the version is written down before the vault hears of it.
pub(super) fn publish(mut turn: Turn<'_>, way: Way) -> Transition {
    let version = turn.facts.ledger.next_version;
    let Some(credential) = turn.rotation.winner(way) else { return turn.retry(misfit()) };
    if way == Way::Back {
        // What was forced on the way forward is no reason to cut anybody off on the way back.
        turn.rotation.forced = false;
    }
    turn.change(Change::Version(Version { no: version, credential, published: None }));
    turn.advance(State::Publishing { way, write: Write::Writing, version });
    turn.perform(Effect::Publish { credential, version })
}

/// Starts the way back: A must work now, or there is nothing to go back to.
pub(super) fn back(mut turn: Turn<'_>) -> Result<Transition, Refused> {
    let Some(credential) = turn.rotation.old else { return Err(Refused::NothingToGoBackTo) };
    let version = turn.facts.ledger.next_version;
    turn.advance(State::Publishing { way: Way::Back, write: Write::Checking, version });
    Ok(turn.perform(Effect::Probe { credential }))
}

/// What the present step of a publish needs, after a pause or a crash.
fn again(turn: Turn<'_>, way: Way, write: Write, version: VersionNo) -> Transition {
    if let Some(at) = turn.pausing() {
        return turn.idle(Some(at));
    }
    let Some(credential) = turn.rotation.winner(way) else { return turn.retry(misfit()) };
    let fails = matches!(health::judge(&turn.rotation, turn.facts), Some(Finding::NewFails(_)));
    if fails && way == Way::Forward && turn.facts.policy.rollback == Rollback::Auto {
        return back(turn).unwrap_or_default();
    }
    match write {
        Write::Checking => turn.perform(Effect::Probe { credential }),
        Write::Writing => turn.perform(Effect::Publish { credential, version }),
        Write::Reading => turn.perform(Effect::ReadBack),
    }
}

fn checked(turn: Turn<'_>, answer: Answer) -> Transition {
    match answer {
        Answer::Done(Found::Probed(Verdict::Accepted)) => publish(turn, Way::Back),
        Answer::Done(Found::Probed(Verdict::Refused)) => stay(turn),
        Answer::Done(Found::Probed(Verdict::Inconclusive)) => turn.retry(super::unclear()),
        Answer::Done(_) => turn.retry(misfit()),
        Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
    }
}

/// A does not work, so B stays, and a person decides. Where B was never confirmed, consumers still get A: B is published
/// first.
fn stay(mut turn: Turn<'_>) -> Transition {
    let current = turn.facts.ledger.current_credential().map(|credential| credential.no);
    if current != turn.rotation.new {
        return publish(turn, Way::Forward);
    }
    turn.advance(State::Draining(Way::Forward));
    turn.hold_quietly(HoldReason::OldDead)
}

fn written(mut turn: Turn<'_>, way: Way, version: VersionNo, operation: &Operation, answer: Answer) -> Transition {
    match answer {
        Answer::Done(_) if turn.facts.sheet.vault == Fencing::Fenced => settled(turn, way, version),
        Answer::Done(_) => {
            turn.advance(State::Publishing { way, write: Write::Reading, version });
            turn.perform(Effect::ReadBack)
        }
        Answer::NotSent(why) => turn.retry(why),
        Answer::Refused(_) => {
            turn.rotation.state = State::Publishing { way, write: Write::Reading, version };
            turn.perform(Effect::ReadBack)
        }
        Answer::Unknown(_) => lost(turn, way, version, operation),
    }
}

/// Nobody knows whether the version was written: a fenced vault may be read at once, because a later write of ours
/// makes the lost one bounce; any other is read when it can't land any more.
fn lost(mut turn: Turn<'_>, way: Way, version: VersionNo, operation: &Operation) -> Transition {
    turn.rotation.state = State::Publishing { way, write: Write::Reading, version };
    if turn.facts.sheet.vault == Fencing::Fenced {
        return turn.perform(Effect::ReadBack);
    }
    turn.may_land(operation.lands_until);
    turn.wait(operation.lands_until)
}

fn read(mut turn: Turn<'_>, way: Way, version: VersionNo, answer: Answer) -> Transition {
    match answer {
        Answer::Done(Found::Served(Served::Ours(served))) if served == version => confirmed(turn, way, version),
        Answer::Done(Found::Served(Served::Ours(_) | Served::Nothing)) => {
            turn.rotation.state = State::Publishing { way, write: Write::Writing, version };
            turn.rotation.tries = turn.rotation.tries.saturating_add(1);
            if turn.rotation.tries == 1 { again(turn, way, Write::Writing, version) } else { turn.retry(bounced()) }
        }
        Answer::Done(Found::Served(Served::Foreign)) => turn.hold(HoldReason::ForeignWrite),
        Answer::Done(_) => turn.retry(misfit()),
        Answer::NotSent(why) | Answer::Refused(why) | Answer::Unknown(why) => turn.retry(why),
    }
}

/// A vault that takes every write may yet show an earlier one that was lost: it is read again when none can land (R9).
fn confirmed(turn: Turn<'_>, way: Way, version: VersionNo) -> Transition {
    match turn.landing().filter(|_| turn.facts.sheet.vault == Fencing::Unfenced) {
        Some(at) => turn.wait(at),
        None => settled(turn, way, version),
    }
}

/// The publish is confirmed: the pointer in our ledger moves (R10), and the overlap counts from here.
fn settled(mut turn: Turn<'_>, way: Way, version: VersionNo) -> Transition {
    let (winner, loser) = (turn.rotation.winner(way), turn.rotation.loser(way));
    let Some(credential) = winner else { return turn.retry(misfit()) };
    turn.change(Change::Version(Version { no: version, credential, published: Some(turn.now()) }));
    turn.change(Change::Current(version));
    turn.amend(winner, |c| c.stage = Stage::Current);
    turn.amend(loser, |c| c.stage = Stage::Previous);
    turn.advance(State::Draining(way));
    turn.rotation.times.since = Some(turn.now());
    turn.watch_anew();
    turn.done(None)
}

fn bounced() -> Why {
    Why::new(crate::answer::Blame::Transient, "the vault does not show the version that was written")
}
