//! Watching: A is off; what a look at the world leads to.

use keybaton_core::answer::Verdict;
use keybaton_core::facts::Presence;
use keybaton_core::ledger::{AlertKind, Far, Stage};
use keybaton_core::policy::Rollback;
use keybaton_core::rotation::{Effect, Request, State, Then, Way};
use keybaton_core::watch::Run;
use keybaton_types::{Grade, Moment, Timestamp};

use crate::scene::{A, B, HOUR, MINUTE, NOW, Scene};

/// A has been off for an hour and was looked at all the time.
fn watching() -> Scene {
    Scene::published(State::Watching).with(|scene| {
        scene.ledger.credentials[0].far = Far::Disabled;
        scene.change(|rotation| {
            rotation.times.since = Some(NOW - HOUR);
            rotation.grade = Some(Grade::Evidenced);
        });
        scene.watch.last = Some(Moment { wall: NOW, ..Moment::default() });
        scene.watch.new = Run { last: Some(Verdict::Accepted), count: 60 };
    })
}

fn early(scene: Scene) -> Scene {
    scene.with(|scene| scene.watch.observed = MINUTE * 29)
}

#[test]
fn a_watch_that_is_over_condemns_and_destroys_in_one_commit() {
    let after = watching().wake();
    assert_eq!(after.state(), State::Revoking(Way::Forward));
    assert_eq!(after.effect(), Some(&Effect::Destroy { credential: A }));
    let row = after.row(A).unwrap();
    assert_eq!((row.condemned, row.stage), (true, Stage::Retired));
}

#[test]
fn a_watch_that_is_not_over_changes_nothing() {
    assert!(early(watching()).wake().transition.is_idle());
}

#[test]
fn a_new_key_that_the_probe_refuses_brings_the_old_one_back_to_be_tried() {
    let refused = |count| move |scene: &mut Scene| scene.watch.new = Run { last: Some(Verdict::Refused), count };
    let once = watching().with(refused(1)).wake();
    assert!(once.transition.is_idle(), "no watch ends on a refusal of the new key: {:?}", once.state());
    let twice = watching().with(refused(2)).wake();
    assert_eq!(
        (twice.state(), twice.effect()),
        (State::Enabling(Then::Drain), Some(&Effect::Enable { credential: A }))
    );
}

#[test]
fn a_watched_disable_is_evidence() {
    let assumed = watching().with(|scene| scene.change(|rotation| rotation.grade = Some(Grade::Assumed)));
    assert_eq!(assumed.wake().rotation.grade, Some(Grade::Evidenced));
    let proved = watching().with(|scene| scene.change(|rotation| rotation.grade = Some(Grade::Proved)));
    assert_eq!(proved.wake().rotation.grade, Some(Grade::Proved));
}

#[test]
fn one_refusal_of_the_old_key_switches_it_on_again_at_once() {
    for scene in [watching(), early(watching())] {
        let after = scene.with(|scene| scene.reported(("batch", "7"), A, 0, 1)).wake();
        assert_eq!(
            (after.state(), after.effect()),
            (State::Enabling(Then::Drain), Some(&Effect::Enable { credential: A }))
        );
        assert!(after.raises(AlertKind::Straggler));
    }
}

#[test]
fn a_refusal_from_before_the_disable_does_not_count() {
    let scene = early(watching()).with(|scene| {
        scene.reported(("batch", "7"), A, 0, 1);
        scene.reports[0].refused_at = Some(NOW - HOUR * 3);
    });
    assert!(scene.wake().transition.is_idle());
}

#[test]
fn a_new_key_that_consumers_are_refused_with_goes_back() {
    let after = watching().with(|scene| scene.reported(("web", "1"), B, 0, 20)).wake();
    assert_eq!(after.state(), State::Enabling(Then::Back));
    assert!(after.raises(AlertKind::RolledBack));
}

#[test]
fn where_a_person_decides_the_old_key_is_only_switched_on() {
    for policy in [Rollback::Ask, Rollback::Off] {
        let scene = watching().with(|scene| {
            scene.policy.rollback = policy;
            scene.reported(("web", "1"), B, 0, 20);
        });
        assert_eq!(scene.wake().state(), State::Enabling(Then::Drain));
    }
}

#[test]
fn a_watch_with_a_gap_switches_the_old_key_on_first() {
    let gap = |wall: Option<Timestamp>| {
        watching().with(|scene| scene.watch.last = wall.map(|wall| Moment { wall, ..Moment::default() }))
    };
    assert_eq!(gap(Some(NOW - MINUTE * 4)).wake().state(), State::Enabling(Then::Drain));
    assert_eq!(gap(None).wake().state(), State::Enabling(Then::Drain));
    assert_eq!(gap(Some(NOW - MINUTE * 3)).wake().state(), State::Revoking(Way::Forward));
}

#[test]
fn an_engine_that_does_not_stay_switches_the_old_key_on() {
    let leaving = watching().with(|scene| scene.presence = Presence::Passes);
    assert_eq!(leaving.wake().state(), State::Enabling(Then::Drain));
}

#[test]
fn an_old_key_that_somebody_switched_on_is_switched_off_and_watched_again() {
    let after = watching().with(|scene| scene.watch.old_enabled = Some(true)).wake();
    assert_eq!((after.state(), after.effect()), (State::Disabling, Some(&Effect::Disable { credential: A })));
    assert!(after.raises(AlertKind::Drift));
}

#[test]
fn requests_while_watching() {
    assert_eq!(watching().ask(Request::Rollback).unwrap().state(), State::Enabling(Then::Back));
    assert_eq!(early(watching()).ask(Request::Force).unwrap().state(), State::Revoking(Way::Forward));
}
