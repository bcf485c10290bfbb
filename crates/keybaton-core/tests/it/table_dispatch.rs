//! The dispatch table: what every state does with an event that does not fit, with a person's resume, and with a
//! restored database.

use keybaton_core::answer::Found;
use keybaton_core::ledger::Change;
use keybaton_core::rotation::{
    Aim, Cause, Effect, Event, Hold, HoldReason, Look, Mint, Operation, Refused, Request, Resumes, State, Then, Way,
    Write,
};
use keybaton_types::{OpSeq, Outcome, VersionNo};

use crate::scene::{A, MINUTE, NOW, Scene, done};

/// Every state before the end.
fn states() -> Vec<State> {
    let publishing = |way, write| State::Publishing { way, write, version: VersionNo(2) };
    vec![
        State::Minting(Mint::Looking(Aim::Create)),
        State::Minting(Mint::Creating),
        State::Minting(Mint::Sweeping(Aim::Leave)),
        State::Proving { passes: 1, refusals: 0 },
        publishing(Way::Forward, Write::Writing),
        publishing(Way::Back, Write::Checking),
        State::Draining(Way::Forward),
        State::Draining(Way::Back),
        State::Disabling,
        State::Watching,
        State::Enabling(Then::Drain),
        State::Revoking(Way::Forward),
        State::Confirming(Way::Forward, Look::First),
    ]
}

fn held(state: State, reason: HoldReason) -> Scene {
    let hold = Hold { reason, since: NOW - MINUTE };
    Scene::published(state).with(|scene| scene.change(|rotation| rotation.hold = Some(hold)))
}

#[test]
fn nothing_else_happens_while_an_operation_is_in_flight() {
    for state in states() {
        let busy = Scene::published(state).with(|scene| {
            let effect = Effect::Probe { credential: A };
            let pending = Operation { seq: OpSeq(9), effect, deadline: NOW, lands_until: NOW };
            scene.change(|rotation| rotation.pending = Some(pending));
        });
        for event in [Event::Woke, Event::Started, Event::Asked(Request::Rollback)] {
            assert_eq!(busy.tried(event).unwrap_err(), Refused::Busy, "{state:?}");
        }
        assert_eq!(busy.tried(Event::Recovered(OpSeq(8))).unwrap_err(), Refused::StaleAnswer);
    }
}

#[test]
fn an_answer_to_nothing_is_stale() {
    for state in states() {
        let event = Event::Answered { seq: OpSeq(9), answer: done(Found::Nothing) };
        assert_eq!(Scene::published(state).tried(event).unwrap_err(), Refused::StaleAnswer);
    }
}

#[test]
fn a_rotation_begins_once() {
    for state in states() {
        assert_eq!(Scene::published(state).tried(Event::Started).unwrap_err(), Refused::Begun);
    }
}

#[test]
fn what_is_over_is_over() {
    for outcome in [Outcome::Done, Outcome::RolledBack] {
        let over = Scene::published(State::Ended(outcome));
        for event in [Event::Woke, Event::Started, Event::Asked(Request::Resume), Event::Recovered(OpSeq(9))] {
            assert_eq!(over.tried(event).unwrap_err(), Refused::Over);
        }
    }
}

#[test]
fn only_what_is_held_is_resumed() {
    for state in states() {
        assert_eq!(Scene::published(state).ask(Request::Resume).unwrap_err(), Refused::NotHeld);
        let after = held(state, HoldReason::NeverProved).ask(Request::Resume).unwrap();
        assert_eq!(after.held(), None, "{state:?}");
    }
}

#[test]
fn a_hold_for_a_person_is_left_alone_by_time() {
    for state in states().into_iter().filter(|state| !matches!(state, State::Draining(_))) {
        let waits = held(state, HoldReason::NeverProved);
        assert!(waits.wake().transition.is_idle(), "{state:?}");
    }
}

#[test]
fn a_hold_that_clears_by_itself_goes_on_trying() {
    for state in states().into_iter().filter(|state| !matches!(state, State::Draining(_) | State::Watching)) {
        let after = held(state, HoldReason::Unreachable("words".to_owned())).wake();
        assert!(after.effect().is_some(), "{state:?}");
    }
}

#[test]
fn a_restored_database_stops_everything_until_a_person_has_looked() {
    for state in states() {
        let restored = Scene::published(state).with(|scene| scene.ledger.restored = true);
        for event in [Event::Woke, Event::Asked(Request::Rollback), Event::Asked(Request::Hasten)] {
            let Ok(after) = restored.tried(event) else { continue };
            if matches!(state, State::Disabling | State::Watching | State::Enabling(_)) {
                assert_eq!(after.effect(), Some(&Effect::Enable { credential: A }), "{state:?}");
                continue;
            }
            assert_eq!((after.held(), after.effect()), (Some(&HoldReason::Restored), None), "{state:?}");
        }
        let parked = held(state, HoldReason::Restored).with(|scene| scene.ledger.restored = true);
        let after = parked.ask(Request::Resume).unwrap();
        assert!(after.transition.changes.contains(&Change::Trusted) && after.held().is_none(), "{state:?}");
    }
}

#[test]
fn hastening_changes_the_cause_in_every_state() {
    for state in states().into_iter().filter(|state| !state.is_past_return()) {
        let after = Scene::published(state).ask(Request::Hasten).unwrap();
        assert_eq!(after.rotation.cause, Cause::Leaked, "{state:?}");
    }
}

#[test]
fn a_hold_says_what_ends_it() {
    for (reason, resumes) in [
        (HoldReason::SlotsFull(Vec::new()), Resumes::WhenClear),
        (HoldReason::Unreachable(String::new()), Resumes::WhenClear),
        (HoldReason::Straggler, Resumes::WhenClear),
        (HoldReason::ForeignInstallation(String::new()), Resumes::ByHuman),
        (HoldReason::ForeignWrite, Resumes::ByHuman),
        (HoldReason::BothRefused, Resumes::ByHuman),
        (HoldReason::AwaitsKey(String::new()), Resumes::WhenClear),
        (HoldReason::AwaitsDeletion(String::new()), Resumes::WhenClear),
        (HoldReason::Restored, Resumes::ByHuman),
    ] {
        assert_eq!(reason.resumes(), resumes, "{reason:?}");
    }
}
