//! When holders are told to erase a credential before it is revoked.

use keybaton_core::ledger::Seen;
use keybaton_core::retiring::retiring;
use keybaton_core::rotation::{Cause, Hold, HoldReason, State, Then, Way};

use crate::scene::{A, B, HOUR, NOW, Scene};

fn open(state: State) -> Scene {
    let scene = Scene::published(state);
    assert!(scene.ledger.rotation.is_some());
    scene
}

#[test]
fn nothing_retires_before_time_and_watch_are_over() {
    assert_eq!(retiring(&Scene::idle().facts()), None);
    let early = open(State::Draining(Way::Forward)).with(|scene| scene.watch.progress = HOUR / 60);
    assert_eq!(retiring(&early.facts()), None);
    let unwatched = open(State::Draining(Way::Forward)).with(|scene| scene.watch.observed = HOUR / 60);
    assert_eq!(retiring(&unwatched.facts()), None);
}

#[test]
fn what_only_its_holders_keep_alive_retires() {
    let scene = open(State::Draining(Way::Forward)).with(|scene| scene.saw("cron", "x", A, Seen::Fetched, NOW));
    assert_eq!(retiring(&scene.facts()), Some(A));
    let back = open(State::Draining(Way::Back)).with(|scene| scene.saw("cron", "x", B, Seen::Fetched, NOW));
    assert_eq!(retiring(&back.facts()), Some(B));
}

#[test]
fn an_emergency_waits_for_nothing() {
    let early = open(State::Draining(Way::Forward)).with(|scene| {
        scene.watch.progress = HOUR / 60;
        scene.change(|rotation| rotation.cause = Cause::Leaked);
    });
    assert_eq!(retiring(&early.facts()), Some(A));
}

#[test]
fn a_hold_keeps_both_unless_it_waits_for_those_who_have_not_moved() {
    let held = |reason: HoldReason| {
        open(State::Draining(Way::Forward))
            .with(|scene| scene.change(|rotation| rotation.hold = Some(Hold { reason, since: NOW })))
    };
    assert_eq!(retiring(&held(HoldReason::Straggler).facts()), Some(A));
    for reason in [HoldReason::NewFails, HoldReason::BothRefused, HoldReason::Restored, HoldReason::ForeignWrite] {
        assert_eq!(retiring(&held(reason.clone()).facts()), None, "{reason:?}");
    }
}

#[test]
fn what_is_switched_off_retires_and_what_is_switched_on_again_does_not() {
    for state in [State::Disabling, State::Watching] {
        assert_eq!(retiring(&open(state).facts()), Some(A), "{state:?}");
    }
    for state in [State::Enabling(Then::Drain), State::Revoking(Way::Forward)] {
        assert_eq!(retiring(&open(state).facts()), None, "{state:?}");
    }
}
