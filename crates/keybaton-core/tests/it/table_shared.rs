//! A value that two secrets hold: neither revokes it under the other, and both come to an end.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use keybaton_core::facts::Facts;
use keybaton_core::gate::{cut_off, evaluate};
use keybaton_core::ledger::{AlertKind, Far, Holder, Stage};
use keybaton_core::plan::plan;
use keybaton_core::policy::{OnStraggler, Until};
use keybaton_core::rotation::explain::explain;
use keybaton_core::rotation::{Cause, Effect, HoldReason, Request, Rotation, State, Then, Way};
use keybaton_types::Grade;

use crate::scene::{A, B, DAY, MINUTE, NOW, Scene};

fn drained() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}

fn shared() -> Scene {
    drained().with(|scene| scene.share(Stage::Current))
}

/// What the other secret sees of this one.
fn seen(rotation: &Rotation, scene: &Scene) -> Holder {
    Holder::new(A, "payments/prod".parse().unwrap(), &scene.ledger.credentials[0], Some(rotation))
}

#[test]
fn a_key_that_another_secret_serves_is_not_revoked() {
    let after = shared().wake();
    assert_eq!((after.effect(), after.state()), (None, State::Draining(Way::Forward)));
    assert_eq!(after.rotation.grade, Some(Grade::Proved), "everything else is over, and that is said");
    for stage in [Stage::Pending, Stage::Current, Stage::Previous] {
        assert_eq!(drained().with(|scene| scene.share(stage)).wake().effect(), None, "{stage:?}");
    }
}

#[test]
fn time_does_not_end_the_life_of_a_key_that_another_secret_serves() {
    let by_time = shared().with(|scene| scene.policy.overlap.until = Until::Time);
    assert_eq!(by_time.wake().effect(), None);
    for policy in [OnStraggler::Hold, OnStraggler::Revoke, OnStraggler::Rollback] {
        let late = shared().with(|scene| {
            scene.policy.overlap.on_straggler = policy;
            scene.change(|rotation| rotation.times.since = Some(NOW - DAY * 8));
        });
        let after = late.wake();
        assert_eq!((after.effect(), after.held()), (None, Some(&HoldReason::Straggler)), "{policy:?}");
        assert!(after.raises(AlertKind::Held));
    }
}

#[test]
fn a_value_that_the_other_has_given_up_is_in_nobodys_way() {
    let gone: [fn(&mut Holder); 4] = [
        |holder| holder.condemned = true,
        |holder| holder.far = Far::Destroyed,
        |holder| holder.stage = Stage::Retired,
        |holder| (holder.stage, holder.cleared) = (Stage::Previous, true),
    ];
    for change in gone {
        let scene = shared().with(|scene| change(&mut scene.shared[0]));
        let condemned = scene.shared[0].condemned;
        let next = if condemned { State::Revoking(Way::Forward) } else { State::Disabling };
        assert_eq!(scene.wake().state(), next, "{:?}", scene.shared);
    }
    let other = shared().with(|scene| scene.shared[0].credential = B);
    assert_eq!(other.wake().state(), State::Disabling, "it is about the new key");
}

#[test]
fn two_that_rotate_away_from_one_key_do_not_wait_for_each_other_for_ever() {
    let waiting = drained().with(|scene| scene.share(Stage::Previous));
    let cleared = waiting.wake().rotation;
    assert!(!seen(&cleared, &waiting).keeps(), "the other may go on");
    let second = drained().with(|scene| scene.shared = vec![seen(&cleared, &waiting)]);
    assert_eq!(second.wake().effect(), Some(&Effect::Disable { credential: A }));
}

#[test]
fn whoever_is_missed_again_keeps_the_key_again() {
    let waiting = drained().with(|scene| scene.share(Stage::Previous));
    let cleared = waiting.wake().rotation;
    let missed = waiting.with(|scene| {
        scene.ledger.rotation = Some(cleared.clone());
        scene.saw("web", "2", A, keybaton_core::ledger::Seen::Used, NOW - MINUTE);
    });
    let after = missed.wake();
    assert_eq!(after.rotation.grade, None);
    assert!(seen(&after.rotation, &missed).keeps());
    let held =
        Rotation { hold: Some(keybaton_core::rotation::Hold { reason: HoldReason::NewFails, since: NOW }), ..cleared };
    assert!(seen(&held, &missed).keeps(), "a person may want to go back to it");
}

#[test]
fn a_key_that_the_other_switches_off_is_not_switched_on_by_one_that_is_cleared() {
    let off = |scene: &mut Scene| scene.watch.old_enabled = Some(false);
    let cleared = shared().wake().rotation;
    let calm = shared().with(|scene| scene.ledger.rotation = Some(cleared)).with(off);
    assert_eq!(calm.wake().effect(), None);
    assert_eq!(shared().with(off).wake().effect(), Some(&Effect::Enable { credential: A }), "it still needs it");
}

#[test]
fn a_key_that_the_other_needs_again_is_switched_on_again() {
    let watching = Scene::published(State::Watching).with(|scene| {
        scene.ledger.credentials[0].far = Far::Disabled;
        scene.share(Stage::Current);
    });
    let after = watching.wake();
    assert_eq!(after.state(), State::Enabling(Then::Drain));
    assert!(after.raises(AlertKind::Straggler));
}

#[test]
fn a_person_may_revoke_it_and_the_record_names_whom_that_cuts_off() {
    let after = shared().ask(Request::Force).unwrap();
    assert_eq!(after.effect(), Some(&Effect::Destroy { credential: A }));
    assert_eq!(after.rotation.grade, Some(Grade::Assumed));
    assert!(after.raises(AlertKind::CutOff));
    let gate = evaluate(&shared().rotation(), &shared().facts(), Way::Forward);
    assert_eq!(cut_off(&gate), ["payments/staging"]);
}

#[test]
fn an_emergency_waits_for_it_as_for_a_straggler() {
    let leaked = shared().with(|scene| scene.change(|rotation| rotation.cause = Cause::Leaked));
    let fresh = leaked.clone().with(|scene| scene.change(|rotation| rotation.times.since = Some(NOW - MINUTE / 2)));
    assert_eq!(fresh.wake().effect(), None);
    assert_eq!(leaked.wake().effect(), Some(&Effect::Destroy { credential: A }));
}

#[test]
fn words_name_the_other_secret_and_what_to_do() {
    let scene = shared();
    let story = explain(&scene.facts());
    assert_eq!(story.sentence, "The old key (key_1) still works because payments/staging still needs the same value.");
    assert!(story.waits[0].contains("payments/staging holds the same value"), "{:?}", story.waits);
    assert!(story.can.iter().any(|action| action.command == "keybaton rotate payments/staging"), "{:?}", story.can);
    let idle = Scene::idle().with(|scene| scene.share(Stage::Current));
    assert!(explain(&idle.facts()).sentence.contains("payments/staging holds the same value."));
    let risk =
        |facts: &Facts<'_>, cause| plan(facts, cause, None).risks.into_iter().find(|r| r.what.contains("staging"));
    assert!(risk(&idle.facts(), Cause::Asked).unwrap().so.contains("keybaton rotate payments/staging"));
    assert!(risk(&idle.facts(), Cause::Leaked).unwrap().so.contains("revokes it there too"));
    assert_eq!(risk(&Scene::idle().facts(), Cause::Asked), None);
}
