//! A storm: refusals that no credential can be blamed for. It is looked into, and never believed (R13).

use keybaton_core::answer::Verdict;
use keybaton_core::gate::{self, Wait};
use keybaton_core::ledger::{AlertKind, Far, Storm};
use keybaton_core::look;
use keybaton_core::rotation::{Cause, Effect, HoldReason, State, Then, Way};
use keybaton_core::watch::Run;
use keybaton_types::{Moment, Timestamp};

use crate::scene::{A, B, HOUR, MINUTE, NOW, SECOND, Scene};

/// Everybody has moved, every span is over, and B was accepted a moment ago.
fn open() -> Scene {
    Scene::published(State::Draining(Way::Forward)).with(|scene| {
        scene.watch.last = Some(Moment { wall: NOW - SECOND * 5, ..Moment::default() });
        scene.watch.new = Run { last: Some(Verdict::Accepted), count: 60 };
    })
}

fn storm(since: Timestamp) -> Storm {
    Storm::new("api", "7 % of calls are refused", since, NOW - SECOND)
}

fn stormy(scene: Scene, since: Timestamp) -> Scene {
    scene.with(|scene| scene.storms.push(storm(since)))
}

/// Both were tried after the storm had begun.
fn diagnosed(new: Verdict, old: Verdict) -> Scene {
    stormy(open(), NOW - MINUTE).with(|scene| {
        scene.watch.new = Run { last: Some(new), count: 2 };
        scene.watch.old = Run { last: Some(old), count: 2 };
        scene.watch.diagnosed = Some(NOW - SECOND * 5);
    })
}

fn next(scene: &Scene) -> Option<Timestamp> {
    look::next(&scene.rotation(), &scene.facts())
}

#[test]
fn nothing_is_taken_away_before_a_storm_is_explained() {
    let scene = stormy(open(), NOW - MINUTE);
    let gate = gate::evaluate(&scene.rotation(), &scene.facts(), Way::Forward);
    assert_eq!(gate.waits, [Wait::Storm { source: "api".to_owned() }]);
    assert!(scene.wake().transition.is_idle());
    let leaked = scene.with(|scene| scene.change(|rotation| rotation.cause = Cause::Leaked));
    assert_eq!(leaked.wake().effect(), Some(&Effect::Destroy { credential: A }), "an emergency does not wait for it");
}

#[test]
fn a_storm_is_looked_into_at_once_with_both_keys() {
    let calm = open();
    let scene = stormy(open(), NOW - MINUTE);
    assert_eq!((next(&calm), next(&scene)), (Some(NOW + SECOND * 55), Some(NOW - SECOND * 3)));
    let tries_old = |scene: &Scene, new| look::tries_old(&scene.rotation(), &scene.facts(), new);
    assert!(tries_old(&scene, Some(Verdict::Accepted)) && !tries_old(&calm, Some(Verdict::Accepted)));
    assert!(!tries_old(&diagnosed(Verdict::Accepted, Verdict::Accepted), Some(Verdict::Accepted)), "once is enough");
}

#[test]
fn what_the_diagnosis_finds_decides() {
    for (new, old, effect, held, said) in [
        (Verdict::Accepted, Verdict::Accepted, Some(Effect::Disable { credential: A }), None, true),
        (Verdict::Accepted, Verdict::Refused, Some(Effect::Disable { credential: A }), None, true),
        (Verdict::Refused, Verdict::Accepted, Some(Effect::Probe { credential: A }), None, false),
        (Verdict::Refused, Verdict::Refused, None, Some(HoldReason::BothRefused), false),
    ] {
        let after = diagnosed(new, old).wake();
        let found = (after.effect().cloned(), after.held().cloned(), after.raises(AlertKind::Storm));
        assert_eq!(found, (effect, held, said), "B {new:?}, A {old:?}");
        let back = new == Verdict::Refused && old == Verdict::Accepted;
        assert_eq!(after.raises(AlertKind::RolledBack), back, "B {new:?}, A {old:?}");
    }
}

#[test]
fn one_refusal_of_the_new_key_is_chance_and_is_looked_at_again_at_once() {
    let once = diagnosed(Verdict::Refused, Verdict::Accepted).with(|scene| scene.watch.new.count = 1);
    assert!(once.wake().transition.is_idle(), "{:?}", once.wake());
    assert_eq!(next(&once), Some(NOW - SECOND * 4));
}

#[test]
fn a_storm_that_nobody_sees_any_more_is_none() {
    let old = stormy(open(), NOW - MINUTE).with(|scene| scene.storms[0].last = NOW - HOUR);
    assert_eq!(old.wake().state(), State::Disabling);
    let over = stormy(open(), NOW - MINUTE).with(|scene| scene.storms[0] = storm(NOW - MINUTE).over(NOW));
    assert_eq!(over.wake().state(), State::Disabling);
}

#[test]
fn a_storm_from_before_the_publish_is_explained_too_when_it_goes_on() {
    let scene = stormy(open(), NOW - HOUR * 3);
    assert!(scene.wake().transition.is_idle(), "it was seen since, so it may have two causes");
}

#[test]
fn a_storm_is_said_once_and_no_longer_than_it_rages() {
    let mut scene = diagnosed(Verdict::Accepted, Verdict::Accepted).with(|scene| scene.watch.observed = MINUTE);
    let after = scene.wake();
    assert!(after.raises(AlertKind::Storm));
    scene.commit(&after);
    assert!(scene.wake().transition.is_idle(), "it is not said twice");
    scene.storms.clear();
    let after = scene.wake();
    scene.commit(&after);
    assert!(scene.ledger.alerts.is_empty(), "{:?}", scene.ledger.alerts);
}

#[test]
fn a_storm_that_begins_while_the_old_key_is_off_switches_it_on_again() {
    for state in [State::Watching, State::Disabling] {
        let off = Scene::published(state).with(|scene| {
            scene.ledger.credentials[0].far = Far::Disabled;
            scene.watch.last = Some(Moment { wall: NOW, ..Moment::default() });
            scene.watch.new = Run { last: Some(Verdict::Accepted), count: 60 };
            scene.watch.observed = MINUTE;
        });
        let after = stormy(off.clone(), NOW - MINUTE).wake();
        let on = (State::Enabling(Then::Drain), Some(&Effect::Enable { credential: A }));
        assert_eq!((after.state(), after.effect()), on, "{state:?}");
        assert!(after.raises(AlertKind::Storm));
        let before = stormy(off, NOW - HOUR * 3).wake();
        assert_ne!(before.state(), State::Enabling(Then::Drain), "{state:?}: it raged before the key was switched off");
    }
}

#[test]
fn a_look_is_brought_forward_by_what_happened_since_the_last_one() {
    let refused = |at: Timestamp| {
        open().with(|scene| {
            scene.reported(("web", "1"), B, 5, 1);
            scene.reports[0].refused_at = Some(at);
        })
    };
    let last = NOW - SECOND * 5;
    for (why, scene, expected) in [
        ("nothing happened", open(), last + MINUTE),
        ("a refusal with B since the last look", refused(NOW - SECOND), last + SECOND * 2),
        ("a refusal that was there at the last look", refused(NOW - SECOND * 6), last + MINUTE),
        (
            "the probe refused B",
            open().with(|s| s.watch.new = Run { last: Some(Verdict::Refused), count: 1 }),
            last + SECOND,
        ),
        (
            "the clock went back since the last look",
            open().with(|s| s.watch.last = Some(Moment { wall: NOW + HOUR, ..Moment::default() })),
            NOW,
        ),
        (
            "it has refused B for long",
            open().with(|s| s.watch.new = Run { last: Some(Verdict::Refused), count: 9 }),
            last + MINUTE,
        ),
        (
            "often looks are not slowed down",
            refused(NOW - SECOND).with(|s| s.policy.watch.every = SECOND),
            last + SECOND,
        ),
    ] {
        assert_eq!(next(&scene), Some(expected), "{why}");
    }
    assert_eq!(next(&Scene::minted(State::Proving { passes: 0, refusals: 0 })), None, "nothing is watched");
}
