//! Proving: what each answer leads to while B is tried.

use std::time::Duration;

use keybaton_core::answer::{Blame, Found, Verdict};
use keybaton_core::ledger::Stage;
use keybaton_core::rotation::{Cause, Effect, HoldReason, Refused, Request, State, Way, Write};
use keybaton_types::VersionNo;

use crate::scene::{A, B, MINUTE, NOW, Scene, done, failures, refused};

const PROBE: Effect = Effect::Probe { credential: B };

/// B was made two hours ago and answered so often.
fn proving(passes: u8, refusals: u8) -> Scene {
    Scene::minted(State::Proving { passes, refusals })
}

/// B was made just now.
fn fresh(passes: u8, refusals: u8) -> Scene {
    proving(passes, refusals).with(|scene| scene.change(|rotation| rotation.times.since = Some(NOW)))
}

fn leaked(scene: Scene) -> Scene {
    scene.with(|scene| scene.change(|rotation| rotation.cause = Cause::Leaked))
}

fn says(verdict: Verdict) -> keybaton_core::answer::Answer {
    done(Found::Probed(verdict))
}

#[test]
fn the_last_pass_publishes_under_the_next_number() {
    let after = proving(1, 0).answer(PROBE, says(Verdict::Accepted));
    let version = VersionNo(2);
    assert_eq!(after.state(), State::Publishing { way: Way::Forward, write: Write::Writing, version });
    assert_eq!(after.effect(), Some(&Effect::Publish { credential: B, version }));
}

#[test]
fn one_pass_of_two_is_followed_by_another_probe() {
    let after = proving(0, 3).answer(PROBE, says(Verdict::Accepted));
    assert_eq!((after.state(), after.effect()), (State::Proving { passes: 1, refusals: 0 }, Some(&PROBE)));
}

#[test]
fn the_last_pass_counts_only_when_the_propagation_is_over() {
    let after = fresh(1, 0).answer(PROBE, says(Verdict::Accepted));
    assert!(after.waits_until(NOW + MINUTE), "{after:?}");
    assert_eq!(after.state(), State::Proving { passes: 1, refusals: 0 });
}

#[test]
fn a_refusal_starts_the_row_again() {
    let after = fresh(1, 0).answer(PROBE, says(Verdict::Refused));
    assert_eq!(after.state(), State::Proving { passes: 0, refusals: 1 });
    assert!(after.effect().is_none() && after.transition.look.is_some());
}

#[test]
fn refusals_within_the_propagation_prove_nothing() {
    let after = fresh(0, 200).answer(PROBE, says(Verdict::Refused));
    assert_eq!(after.state(), State::Proving { passes: 0, refusals: 201 });
}

#[test]
fn a_key_that_never_proves_is_destroyed_and_was_never_published() {
    let after = proving(0, 1).answer(PROBE, says(Verdict::Refused));
    assert_eq!((after.state(), after.effect()), (State::Revoking(Way::Back), Some(&Effect::Destroy { credential: B })));
    let row = after.row(B).unwrap();
    assert_eq!((row.condemned, row.stage), (true, Stage::Retired));
    assert_eq!(after.row(A), None);
}

#[test]
fn in_an_emergency_a_key_that_never_proves_holds_and_revokes_nothing() {
    let after = leaked(proving(0, 1)).answer(PROBE, says(Verdict::Refused));
    assert_eq!((after.held(), after.effect()), (Some(&HoldReason::NeverProved), None));
}

#[test]
fn what_is_inconclusive_counts_neither_way() {
    for answer in failures().into_iter().chain([says(Verdict::Inconclusive), done(Found::Nothing)]) {
        let after = proving(1, 1).answer(PROBE, answer.clone());
        assert_eq!(after.state(), State::Proving { passes: 1, refusals: 1 }, "{answer:?}");
        assert!(after.waits_until(NOW + Duration::from_secs(1)), "{answer:?}");
    }
    assert_eq!(proving(1, 1).recover(PROBE).state(), State::Proving { passes: 1, refusals: 1 });
}

#[test]
fn a_probe_that_cannot_be_made_holds() {
    let after = proving(0, 0).answer(PROBE, refused(Blame::OurCredential));
    assert!(matches!(after.held(), Some(HoldReason::Rejected(_))));
}

#[test]
fn a_pause_is_kept_and_then_the_probe_follows() {
    let paused = proving(1, 0).with(|scene| scene.change(|rotation| rotation.times.wake = Some(NOW + MINUTE)));
    let after = paused.wake();
    assert!(after.effect().is_none() && after.transition.look == Some(NOW + MINUTE));
    assert_eq!(Scene { now: NOW + MINUTE, ..paused }.wake().effect(), Some(&PROBE));
}

#[test]
fn a_rollback_destroys_what_was_never_published() {
    let after = proving(1, 0).ask(Request::Rollback).unwrap();
    assert_eq!(after.effect(), Some(&Effect::Destroy { credential: B }));
    assert_eq!(proving(1, 0).ask(Request::Force).unwrap_err(), Refused::NothingToForce);
}
