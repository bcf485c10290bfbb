//! Revoking and confirming: what each answer leads to after the point of no return.

use std::time::Duration;

use keybaton_core::answer::{Answer, Blame, Found, Life, Remains, Verdict};
use keybaton_core::ledger::{AlertKind, Far};
use keybaton_core::rotation::{Effect, HoldReason, Look, Refused, Request, State, Way};
use keybaton_core::sheet::{Ability, Addressing};
use keybaton_types::Outcome;

use crate::scene::{A, B, MINUTE, NOW, Scene, done, failures, not_sent, refused, unknown};

const DESTROY: Effect = Effect::Destroy { credential: A };
const EXAMINE: Effect = Effect::Examine { credential: A };

fn revoking() -> Scene {
    Scene::published(State::Revoking(Way::Forward)).with(|scene| scene.ledger.credentials[0].condemned = true)
}

/// A was destroyed just now.
fn confirming(look: Look) -> Scene {
    Scene::published(State::Confirming(Way::Forward, look)).with(|scene| {
        scene.ledger.credentials[0].condemned = true;
        scene.ledger.credentials[0].far = Far::Disabled;
        scene.change(|rotation| rotation.times.since = Some(NOW));
    })
}

/// A was destroyed so long ago that everybody has to know.
fn late(look: Look) -> Scene {
    confirming(look).with(|scene| scene.change(|rotation| rotation.times.since = Some(NOW - MINUTE * 2)))
}

fn left(listed: Option<Life>, verdict: Verdict) -> Answer {
    done(Found::Examined(Remains { listed, verdict }))
}

#[test]
fn a_destroy_that_succeeded_is_no_proof_yet() {
    let after = revoking().answer(DESTROY, done(Found::Nothing));
    assert_eq!((after.state(), after.effect()), (State::Confirming(Way::Forward, Look::First), Some(&EXAMINE)));
    assert_ne!(after.row(A).unwrap().far, Far::Destroyed);
}

#[test]
fn sessions_are_ended_first_where_they_outlive_the_key() {
    let scene = revoking().with(|scene| scene.sheet.sessions = Ability::Has);
    let after = scene.answer(DESTROY, done(Found::Nothing));
    let end = Effect::EndSessions { credential: A };
    assert_eq!(after.effect(), Some(&end));
    assert_eq!(confirming(Look::First).answer(end.clone(), done(Found::Nothing)).effect(), Some(&EXAMINE));
    for answer in failures() {
        let after = confirming(Look::First).answer(end.clone(), answer);
        assert!(after.effect().is_none() && after.transition.look.is_some());
    }
}

#[test]
fn a_destroy_that_failed_is_sent_again() {
    for answer in failures() {
        let after = revoking().answer(DESTROY, answer.clone());
        assert!(after.waits_until(NOW + Duration::from_secs(1)), "{answer:?}");
        assert_eq!(after.state(), State::Revoking(Way::Forward));
    }
    assert_eq!(revoking().wake().effect(), Some(&DESTROY));
    let lost = revoking().answer(DESTROY, unknown());
    assert_eq!(lost.rotation.times.landing, Some(revoking().lands()));
    assert_eq!(revoking().answer(DESTROY, not_sent()).rotation.times.landing, None);
    assert_eq!(revoking().recover(DESTROY).state(), State::Revoking(Way::Forward));
}

#[test]
fn a_destroy_that_is_refused_for_good_calls_a_person() {
    let after = revoking().answer(DESTROY, refused(Blame::OurCredential));
    assert!(matches!(after.held(), Some(HoldReason::Rejected(_))) && after.transition.look.is_some());
}

#[test]
fn there_is_no_way_back() {
    for scene in [revoking(), confirming(Look::First), confirming(Look::Second)] {
        for request in [Request::Rollback, Request::Force] {
            assert_eq!(scene.ask(request).unwrap_err(), Refused::TooLate);
        }
    }
}

#[test]
fn a_key_that_is_refused_and_gone_is_looked_at_once_more_after_the_propagation() {
    let after = confirming(Look::First).answer(EXAMINE, left(Some(Life::Gone), Verdict::Refused));
    assert_eq!(after.state(), State::Confirming(Way::Forward, Look::Second));
    assert!(after.waits_until(NOW + MINUTE));
    let after = late(Look::First).answer(EXAMINE, left(None, Verdict::Refused));
    assert_eq!(after.effect(), Some(&EXAMINE), "the propagation is over already");
}

#[test]
fn the_second_look_ends_the_rotation() {
    let after = late(Look::Second).answer(EXAMINE, left(Some(Life::Gone), Verdict::Refused));
    assert_eq!(after.state(), State::Ended(Outcome::Done));
    assert_eq!(after.row(A).unwrap().far, Far::Destroyed);
}

#[test]
fn an_id_that_comes_back_waits_until_no_earlier_call_can_land() {
    let scene = late(Look::Second).with(|scene| {
        scene.sheet.addressing = Addressing::Again;
        scene.change(|rotation| rotation.times.landing = Some(NOW + MINUTE));
    });
    let after = scene.answer(EXAMINE, left(Some(Life::Gone), Verdict::Refused));
    assert!(after.waits_until(NOW + MINUTE), "{after:?}");
}

#[test]
fn a_key_that_still_works_within_the_propagation_is_no_surprise() {
    for look in [Look::First, Look::Second] {
        let after = confirming(look).answer(EXAMINE, left(Some(Life::Gone), Verdict::Accepted));
        assert_eq!((after.state(), after.held()), (State::Confirming(Way::Forward, Look::First), None));
        assert!(after.transition.look.is_some());
    }
}

#[test]
fn a_key_that_still_works_after_the_propagation_calls_a_person() {
    let after = late(Look::Second).answer(EXAMINE, left(Some(Life::Gone), Verdict::Accepted));
    assert_eq!(after.held(), Some(&HoldReason::StillAccepted));
    assert!(after.raises(AlertKind::StillAccepted) && after.transition.look.is_some());
    let after = late(Look::First).answer(EXAMINE, left(Some(Life::On), Verdict::Accepted));
    assert_eq!(after.state(), State::Revoking(Way::Forward), "what is still listed is destroyed again");
}

#[test]
fn what_is_inconclusive_proves_no_death() {
    for answer in failures().into_iter().chain([left(Some(Life::Gone), Verdict::Inconclusive), done(Found::Nothing)]) {
        let after = late(Look::Second).answer(EXAMINE, answer.clone());
        assert_eq!(after.state(), State::Confirming(Way::Forward, Look::Second), "{answer:?}");
        assert!(after.effect().is_none() && after.transition.look.is_some(), "{answer:?}");
    }
    assert_eq!(late(Look::Second).recover(EXAMINE).state(), State::Confirming(Way::Forward, Look::Second));
}

#[test]
fn going_back_ends_rolled_back() {
    let scene = Scene::published(State::Confirming(Way::Back, Look::Second));
    let after = scene.answer(Effect::Examine { credential: B }, left(Some(Life::Gone), Verdict::Refused));
    assert_eq!(after.state(), State::Ended(Outcome::RolledBack));
    assert_eq!(after.row(B).unwrap().far, Far::Destroyed);
}
