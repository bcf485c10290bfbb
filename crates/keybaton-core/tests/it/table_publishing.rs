//! Publishing: what each answer leads to while the winner is put into the vault, forward and back.

use keybaton_core::answer::{Answer, Blame, Found, Served, Verdict};
use keybaton_core::ledger::{Change, Stage};
use keybaton_core::rotation::{Effect, HoldReason, Refused, Request, State, Way, Write};
use keybaton_core::sheet::Fencing;
use keybaton_types::VersionNo;

use crate::scene::{A, After, B, NOW, Scene, done, failures, not_sent, refused, unknown};

const V2: VersionNo = VersionNo(2);
const V3: VersionNo = VersionNo(3);

/// B is being published as version 2; the intent is in the ledger.
fn forward(write: Write) -> Scene {
    Scene::minted(State::Publishing { way: Way::Forward, write, version: V2 }).with(|scene| {
        let version = keybaton_core::ledger::Version { no: V2, credential: B, published: None };
        scene.ledger.versions.push(version);
        scene.ledger.next_version = V3;
    })
}

/// A is being published again as version 3.
fn back(write: Write) -> Scene {
    Scene::published(State::Publishing { way: Way::Back, write, version: V3 })
}

fn unfenced(scene: Scene) -> Scene {
    scene.with(|scene| scene.sheet.vault = Fencing::Unfenced)
}

fn publish() -> Effect {
    Effect::Publish { credential: B, version: V2 }
}

fn serves(served: Served) -> Answer {
    done(Found::Served(served))
}

fn is_published(after: &After, way: Way, version: VersionNo) -> bool {
    let moves = after.transition.changes.contains(&Change::Current(version));
    after.state() == State::Draining(way) && moves && after.rotation.times.since == Some(NOW)
}

#[test]
fn a_fenced_write_that_succeeded_moves_the_pointer() {
    let after = forward(Write::Writing).answer(publish(), done(Found::Nothing));
    assert!(is_published(&after, Way::Forward, V2), "{after:?}");
    assert_eq!((after.row(A).unwrap().stage, after.row(B).unwrap().stage), (Stage::Previous, Stage::Current));
    assert_eq!(after.rotation.watch, 2, "a new watch begins");
}

#[test]
fn a_write_without_a_fence_is_read_back_first() {
    let after = unfenced(forward(Write::Writing)).answer(publish(), done(Found::Nothing));
    assert_eq!(after.effect(), Some(&Effect::ReadBack));
    assert!(!after.transition.changes.contains(&Change::Current(V2)));
}

#[test]
fn a_write_that_never_left_us_is_repeated_after_a_pause() {
    let after = forward(Write::Writing).answer(publish(), not_sent());
    assert!(after.effect().is_none() && after.transition.look.is_some());
    let scene = forward(Write::Writing).with(|scene| scene.now = after.transition.look.unwrap());
    assert_eq!(scene.wake().effect(), Some(&publish()));
}

#[test]
fn a_write_that_bounced_is_read_back() {
    let after = forward(Write::Writing).answer(publish(), refused(Blame::Rejected));
    assert_eq!(after.effect(), Some(&Effect::ReadBack));
}

#[test]
fn a_lost_write_is_read_back_at_once_behind_a_fence_and_after_quiescence_without_one() {
    for after in [forward(Write::Writing).answer(publish(), unknown()), forward(Write::Writing).recover(publish())] {
        assert_eq!(after.effect(), Some(&Effect::ReadBack));
    }
    let scene = unfenced(forward(Write::Writing));
    let after = scene.answer(publish(), unknown());
    assert!(after.waits_until(scene.lands()) && after.rotation.times.landing == Some(scene.lands()), "{after:?}");
}

#[test]
fn what_the_vault_shows_decides() {
    let scene = forward(Write::Reading);
    let after = scene.answer(Effect::ReadBack, serves(Served::Ours(V2)));
    assert!(is_published(&after, Way::Forward, V2));
    for served in [Served::Ours(VersionNo(1)), Served::Nothing] {
        let after = scene.answer(Effect::ReadBack, serves(served));
        assert_eq!(after.effect(), Some(&publish()), "{served:?} is written again");
    }
    let after = scene.answer(Effect::ReadBack, serves(Served::Foreign));
    assert_eq!((after.held(), after.effect()), (Some(&HoldReason::ForeignWrite), None));
}

#[test]
fn a_write_that_bounces_again_and_again_is_paced_and_held() {
    let tired = forward(Write::Reading).with(|scene| scene.change(|rotation| rotation.tries = 3));
    let after = tired.answer(Effect::ReadBack, serves(Served::Nothing));
    assert!(after.effect().is_none() && matches!(after.held(), Some(HoldReason::Unreachable(_))), "{after:?}");
}

#[test]
fn a_read_that_fails_is_tried_again() {
    for answer in failures().into_iter().chain([done(Found::Nothing)]) {
        let after = forward(Write::Reading).answer(Effect::ReadBack, answer.clone());
        assert!(after.effect().is_none() && after.transition.look.is_some(), "{answer:?}");
    }
}

#[test]
fn going_back_tries_the_old_key_first_and_always_writes() {
    let probe = Effect::Probe { credential: A };
    let after = Scene::published(State::Draining(Way::Forward)).ask(Request::Rollback).unwrap();
    assert_eq!(after.effect(), Some(&probe));
    let after = back(Write::Checking).answer(probe, done(Found::Probed(Verdict::Accepted)));
    assert_eq!(after.effect(), Some(&Effect::Publish { credential: A, version: V3 }));
}

#[test]
fn an_old_key_that_is_refused_is_not_published_and_holds() {
    let probe = Effect::Probe { credential: A };
    let after = back(Write::Checking).answer(probe, done(Found::Probed(Verdict::Refused)));
    assert_eq!((after.state(), after.held()), (State::Draining(Way::Forward), Some(&HoldReason::OldDead)));
}

#[test]
fn an_old_key_without_a_clear_answer_is_tried_again() {
    let probe = Effect::Probe { credential: A };
    for answer in failures().into_iter().chain([done(Found::Probed(Verdict::Inconclusive)), done(Found::Nothing)]) {
        let after = back(Write::Checking).answer(probe.clone(), answer);
        assert!(after.effect().is_none() && after.transition.look.is_some());
        assert_eq!(after.state(), State::Publishing { way: Way::Back, write: Write::Checking, version: V3 });
    }
}

#[test]
fn the_old_key_published_again_is_current_and_the_new_one_drains() {
    let publish = Effect::Publish { credential: A, version: V3 };
    let after = back(Write::Writing).answer(publish, done(Found::Nothing));
    assert!(is_published(&after, Way::Back, V3));
    assert_eq!((after.row(A).unwrap().stage, after.row(B).unwrap().stage), (Stage::Current, Stage::Previous));
}

#[test]
fn requests_while_publishing() {
    let after = forward(Write::Reading).ask(Request::Rollback).unwrap();
    assert_eq!(after.effect(), Some(&Effect::Probe { credential: A }));
    assert_eq!(back(Write::Reading).ask(Request::Rollback).unwrap_err(), Refused::AlreadyBack);
    assert_eq!(forward(Write::Reading).ask(Request::Force).unwrap_err(), Refused::NothingToForce);
    let first = forward(Write::Reading).with(|scene| scene.change(|rotation| rotation.old = None));
    assert_eq!(first.ask(Request::Rollback).unwrap_err(), Refused::NothingToGoBackTo);
}
