//! Disabling and enabling: what each answer leads to while A is switched off, and on again.

use std::time::Duration;

use keybaton_core::answer::{Answer, Blame, Found, Life, Remains, Verdict, Why};
use keybaton_core::ledger::Far;
use keybaton_core::rotation::{Effect, HoldReason, Refused, Request, State, Then, Way};
use keybaton_types::{Grade, VersionNo};

use crate::scene::{A, MINUTE, NOW, Scene, done, failures, not_sent, refused, unknown};

const DISABLE: Effect = Effect::Disable { credential: A };
const ENABLE: Effect = Effect::Enable { credential: A };
const EXAMINE: Effect = Effect::Examine { credential: A };
const PROBE: Effect = Effect::Probe { credential: A };

fn disabling() -> Scene {
    Scene::published(State::Disabling).with(|scene| scene.change(|rotation| rotation.grade = Some(Grade::Proved)))
}

fn enabling(then: Then) -> Scene {
    Scene::published(State::Enabling(then)).with(|scene| scene.ledger.credentials[0].far = Far::Disabled)
}

fn landing(scene: Scene) -> Scene {
    scene.with(|scene| scene.change(|rotation| rotation.times.landing = Some(NOW + MINUTE)))
}

fn left(listed: Option<Life>, verdict: Verdict) -> Answer {
    done(Found::Examined(Remains { listed, verdict }))
}

#[test]
fn a_disable_that_succeeded_begins_a_new_watch() {
    let after = disabling().answer(DISABLE, done(Found::Nothing));
    assert_eq!((after.state(), after.effect(), after.rotation.watch), (State::Watching, None, 2));
    let row = after.row(A).unwrap();
    assert_eq!((row.far, row.condemned), (Far::Disabled, false));
}

#[test]
fn a_disable_that_never_left_us_is_tried_again_after_a_pause() {
    let after = disabling().answer(DISABLE, not_sent());
    assert_eq!((after.state(), after.effect()), (State::Disabling, None));
    assert!(after.rotation.times.wake.is_some());
}

#[test]
fn a_disable_that_is_refused_holds_in_the_drain() {
    let after = disabling().answer(DISABLE, refused(Blame::OurCredential));
    assert_eq!(after.state(), State::Draining(Way::Forward));
    assert!(matches!(after.held(), Some(HoldReason::DisableRefused(_))));
}

#[test]
fn a_lost_disable_is_looked_at_when_it_cannot_land_any_more() {
    let scene = disabling();
    let after = scene.answer(DISABLE, unknown());
    assert!(after.waits_until(scene.lands()) && after.rotation.times.landing == Some(scene.lands()));
    assert_eq!(after.row(A).unwrap().far, Far::Disabled, "the worse of the two is assumed");
    let at = scene.lands();
    let later = scene.with(|scene| {
        scene.now = at;
        scene.change(|rotation| rotation.times.landing = Some(at));
    });
    assert_eq!(later.wake().effect(), Some(&EXAMINE));
}

#[test]
fn after_a_crash_the_old_key_is_switched_on_first() {
    for effect in [DISABLE, EXAMINE] {
        let after = disabling().recover(effect);
        assert_eq!((after.state(), after.effect()), (State::Enabling(Then::Drain), Some(&ENABLE)));
    }
}

#[test]
fn what_is_left_of_a_lost_disable_decides() {
    for off in [left(Some(Life::Off), Verdict::Refused), left(None, Verdict::Refused)] {
        assert_eq!(disabling().answer(EXAMINE, off).state(), State::Watching);
    }
    for on in [left(Some(Life::On), Verdict::Accepted), left(None, Verdict::Accepted)] {
        assert_eq!(disabling().answer(EXAMINE, on).effect(), Some(&DISABLE));
    }
    for answer in [not_sent(), refused(Blame::Transient), unknown(), done(Found::Nothing)] {
        let after = disabling().answer(EXAMINE, answer);
        assert!(after.state() == State::Disabling && after.effect().is_none() && after.transition.look.is_some());
    }
}

#[test]
fn a_disable_that_never_takes_is_given_up() {
    let tired = disabling().with(|scene| scene.change(|rotation| rotation.tries = 3));
    let after = tired.answer(EXAMINE, left(Some(Life::On), Verdict::Accepted));
    assert_eq!(after.effect(), Some(&ENABLE));
}

#[test]
fn whoever_misses_the_old_key_while_nobody_knows_gets_it_back_at_once() {
    let missed = landing(disabling()).with(|scene| scene.reported(("web", "1"), A, 0, 1));
    assert_eq!(missed.wake().state(), State::Enabling(Then::Drain));
}

#[test]
fn a_new_key_that_fails_while_nobody_knows_goes_back() {
    let failing = landing(disabling()).with(|scene| {
        scene.reported(("web", "1"), keybaton_types::CredentialNo(2), 0, 20);
    });
    assert_eq!(failing.wake().state(), State::Enabling(Then::Back));
}

#[test]
fn requests_while_disabling() {
    assert_eq!(disabling().ask(Request::Rollback).unwrap().state(), State::Enabling(Then::Back));
    assert_eq!(disabling().ask(Request::Force).unwrap_err(), Refused::NothingToForce);
}

#[test]
fn an_enable_counts_only_when_the_probe_is_accepted() {
    let after = enabling(Then::Drain).answer(ENABLE, done(Found::Nothing));
    assert_eq!((after.state(), after.effect()), (State::Enabling(Then::Drain), Some(&PROBE)));
    let after = enabling(Then::Drain).answer(PROBE, done(Found::Probed(Verdict::Accepted)));
    assert_eq!(after.state(), State::Draining(Way::Forward));
    assert_eq!(after.row(A).unwrap().far, Far::Active);
    assert_eq!((after.rotation.grade, after.rotation.watch), (None, 2), "what was seen before does not count");
}

#[test]
fn an_enable_is_sent_again_when_an_earlier_call_may_still_land() {
    let after = landing(enabling(Then::Drain)).answer(PROBE, done(Found::Probed(Verdict::Accepted)));
    assert!(after.waits_until(NOW + MINUTE) && after.row(A).is_none(), "{after:?}");
    let later = landing(enabling(Then::Drain)).with(|scene| scene.now = NOW + MINUTE);
    assert_eq!(later.wake().effect(), Some(&ENABLE));
}

#[test]
fn a_rollback_publishes_the_old_key_once_it_works() {
    let after = enabling(Then::Back).answer(PROBE, done(Found::Probed(Verdict::Accepted)));
    assert_eq!(after.effect(), Some(&Effect::Publish { credential: A, version: VersionNo(3) }));
}

#[test]
fn an_old_key_that_stays_refused_is_switched_on_again_and_again_and_held() {
    for answer in failures().into_iter().chain([
        done(Found::Probed(Verdict::Refused)),
        done(Found::Probed(Verdict::Inconclusive)),
        done(Found::Nothing),
    ]) {
        let after = enabling(Then::Drain).answer(PROBE, answer.clone());
        assert!(after.waits_until(NOW + Duration::from_secs(1)), "{answer:?}");
        let tired = enabling(Then::Drain).with(|scene| scene.change(|rotation| rotation.tries = 3));
        assert!(tired.answer(PROBE, answer).held().is_some());
    }
    assert_eq!(enabling(Then::Drain).wake().effect(), Some(&ENABLE));
}

#[test]
fn a_lost_enable_may_still_land() {
    let scene = enabling(Then::Drain);
    for answer in [unknown(), Answer::Unknown(Why::new(Blame::Lost, ""))] {
        let after = scene.answer(ENABLE, answer);
        assert_eq!(after.rotation.times.landing, Some(scene.lands()));
        assert!(after.effect().is_none() && after.transition.look.is_some());
    }
}

#[test]
fn requests_while_enabling() {
    let after = enabling(Then::Drain).ask(Request::Rollback).unwrap();
    assert_eq!((after.state(), after.effect()), (State::Enabling(Then::Back), Some(&ENABLE)));
    assert_eq!(enabling(Then::Back).ask(Request::Rollback).unwrap_err(), Refused::AlreadyBack);
    assert_eq!(enabling(Then::Drain).ask(Request::Force).unwrap_err(), Refused::NothingToForce);
}
