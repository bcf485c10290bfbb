//! Draining: what a look at the world leads to while consumers move, forward and back.

use keybaton_core::answer::{Answer, Blame, Found, Served, Verdict, Why};
use keybaton_core::facts::Presence;
use keybaton_core::ledger::{AlertKind, Seen};
use keybaton_core::policy::{OnStraggler, Rollback};
use keybaton_core::rotation::{Cause, Effect, HoldReason, Refused, Request, State, Way, Write};
use keybaton_core::sheet::Ability;
use keybaton_core::watch::Run;
use keybaton_types::{Grade, Outcome, VersionNo};

use crate::scene::{A, B, DAY, HOUR, MINUTE, NOW, Scene};

const DESTROY: Effect = Effect::Destroy { credential: A };

/// Everybody has moved, and every span is over.
fn open() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}

/// One instance used A a minute ago.
fn straggling() -> Scene {
    open().with(|scene| scene.saw("web", "2", A, Seen::Used, NOW - MINUTE))
}

/// The overlap's end is reached.
fn late(scene: Scene, policy: OnStraggler) -> Scene {
    scene.with(|scene| {
        scene.policy.overlap.on_straggler = policy;
        scene.change(|rotation| rotation.times.since = Some(NOW - DAY * 7));
    })
}

/// The probe is refused with B and accepted with A.
fn failing(scene: Scene) -> Scene {
    scene.with(|scene| {
        scene.watch.new = Run { last: Some(Verdict::Refused), count: 2 };
        scene.watch.old = Run { last: Some(Verdict::Accepted), count: 1 };
    })
}

fn drained_back() -> Scene {
    Scene::published(State::Draining(Way::Back)).with(|scene| {
        scene.sightings.clear();
        for instance in ["1", "2"] {
            scene.saw("web", instance, B, Seen::Used, NOW - HOUR);
            scene.saw("web", instance, B, Seen::Dropped, NOW - MINUTE);
        }
    })
}

#[test]
fn an_open_gate_switches_the_old_key_off_where_that_can_be_undone() {
    let after = open().wake();
    assert_eq!((after.state(), after.effect()), (State::Disabling, Some(&Effect::Disable { credential: A })));
    assert_eq!(after.rotation.grade, Some(Grade::Proved));
    assert_eq!(after.row(A), None, "disabled is not condemned");
}

#[test]
fn an_open_gate_condemns_where_the_issuer_cannot_switch() {
    let after = open().with(|scene| scene.sheet.switching = Ability::Lacks).wake();
    assert_eq!((after.state(), after.effect()), (State::Revoking(Way::Forward), Some(&DESTROY)));
    assert!(after.row(A).unwrap().condemned);
}

#[test]
fn nothing_is_switched_off_when_nobody_stays_to_watch() {
    let after = open().with(|scene| scene.presence = Presence::Passes).wake();
    assert!(after.transition.is_idle(), "{after:?}");
}

#[test]
fn revoke_waits_for_a_silent_consumer() {
    let after = straggling().wake();
    assert!(after.transition.is_idle());
    assert_eq!(after.transition.look, Some(NOW - HOUR * 2 + DAY * 7), "the overlap's end is the next thing by time");
}

#[test]
fn at_the_end_of_the_overlap_the_policy_decides() {
    let after = late(straggling(), OnStraggler::Hold).wake();
    assert_eq!((after.held(), after.effect()), (Some(&HoldReason::Straggler), None));
    let after = late(straggling(), OnStraggler::Revoke).wake();
    assert_eq!((after.effect(), after.rotation.grade), (Some(&DESTROY), Some(Grade::Assumed)));
    assert!(after.rotation.forced && after.raises(AlertKind::CutOff));
    let after = late(straggling(), OnStraggler::Rollback).wake();
    assert_eq!(after.effect(), Some(&Effect::Probe { credential: A }));
    assert!(after.raises(AlertKind::RolledBack));
}

#[test]
fn the_end_of_the_overlap_does_not_matter_when_only_time_is_missing() {
    let after = late(open().with(|scene| scene.watch.observed = MINUTE), OnStraggler::Revoke).wake();
    assert!(after.transition.is_idle(), "{after:?}");
}

#[test]
fn a_hold_for_a_straggler_ends_when_it_has_moved() {
    let held = |scene: Scene| {
        let reason = HoldReason::Straggler;
        let hold = keybaton_core::rotation::Hold { reason, since: NOW - HOUR };
        late(scene, OnStraggler::Hold).with(|scene| scene.change(|rotation| rotation.hold = Some(hold)))
    };
    assert!(held(straggling()).wake().transition.is_idle(), "the same hold is not written twice");
    let after = held(open()).wake();
    assert_eq!((after.state(), after.held()), (State::Disabling, None));
}

#[test]
fn a_failing_new_key_goes_back_as_the_policy_says() {
    let after = failing(open()).wake();
    let version = VersionNo(3);
    assert_eq!(after.state(), State::Publishing { way: Way::Back, write: Write::Checking, version });
    assert_eq!(after.effect(), Some(&Effect::Probe { credential: A }));
    assert!(after.raises(AlertKind::RolledBack));
    for policy in [Rollback::Ask, Rollback::Off] {
        let after = failing(open()).with(|scene| scene.policy.rollback = policy).wake();
        assert_eq!((after.held(), after.effect()), (Some(&HoldReason::NewFails), None));
    }
}

#[test]
fn health_comes_before_an_open_gate_and_before_a_hold() {
    let held = failing(open()).with(|scene| {
        let hold = keybaton_core::rotation::Hold { reason: HoldReason::ForeignWrite, since: NOW - HOUR };
        scene.change(|rotation| rotation.hold = Some(hold));
    });
    assert_eq!(held.wake().effect(), Some(&Effect::Probe { credential: A }));
}

#[test]
fn a_first_key_that_fails_holds() {
    let first = open().with(|scene| {
        scene.reported(("web", "1"), B, 0, 20);
        scene.change(|rotation| rotation.old = None);
    });
    assert_eq!(first.wake().held(), Some(&HoldReason::NewFails));
}

#[test]
fn both_refused_holds() {
    let both = failing(open()).with(|scene| scene.watch.old = Run { last: Some(Verdict::Refused), count: 2 });
    assert_eq!(both.wake().held(), Some(&HoldReason::BothRefused));
}

#[test]
fn a_failing_instance_among_good_ones_is_an_alert_and_no_rollback() {
    let one = straggling().with(|scene| {
        scene.watch.new = Run { last: Some(Verdict::Accepted), count: 5 };
        scene.reported(("web", "1"), B, 0, 20);
        scene.reported(("web", "2"), B, 5, 0);
    });
    let after = one.wake();
    assert!(after.raises(AlertKind::Instance) && after.state() == State::Draining(Way::Forward));
}

#[test]
fn a_vault_that_drifted_is_written_again_and_a_foreign_write_holds() {
    for served in [Served::Ours(VersionNo(1)), Served::Nothing] {
        let after = open().with(|scene| scene.watch.served = Some(served)).wake();
        assert_eq!(after.effect(), Some(&Effect::Publish { credential: B, version: VersionNo(3) }));
        assert!(after.raises(AlertKind::Drift));
    }
    let after = open().with(|scene| scene.watch.served = Some(Served::Foreign)).wake();
    assert_eq!((after.held(), after.effect()), (Some(&HoldReason::ForeignWrite), None));
    let after = open().with(|scene| scene.watch.served = Some(Served::Ours(VersionNo(2)))).wake();
    assert_eq!(after.state(), State::Disabling);
}

/// The gate would be open but for what a person had to see to.
fn parked(reason: &HoldReason) -> Scene {
    open().with(|scene| {
        scene.watch.served = Some(Served::Foreign);
        let hold = keybaton_core::rotation::Hold { reason: reason.clone(), since: NOW - HOUR };
        scene.change(|rotation| rotation.hold = Some(hold));
    })
}

#[test]
fn a_drain_that_a_person_resumes_looks_anew_before_it_goes_on() {
    for reason in [HoldReason::ForeignWrite, HoldReason::NewFails, HoldReason::BothRefused, HoldReason::OldDead] {
        let after = parked(&reason).ask(Request::Resume).unwrap();
        assert_eq!((after.held(), after.effect()), (None, Some(&Effect::ReadBack)), "{reason}");
        assert_eq!(after.state(), State::Draining(Way::Forward));
    }
    let after = parked(&HoldReason::Straggler).with(|scene| scene.watch.served = None);
    assert_eq!(after.ask(Request::Resume).unwrap().state(), State::Disabling, "this one clears by itself");
}

#[test]
fn what_the_vault_serves_after_a_person_resumed_decides() {
    let resumed =
        |answer| open().with(|scene| scene.watch.served = Some(Served::Foreign)).answer(Effect::ReadBack, answer);
    let served = |served| resumed(Answer::Done(Found::Served(served)));
    let after = served(Served::Ours(VersionNo(2)));
    assert_eq!((after.state(), after.effect(), after.held()), (State::Draining(Way::Forward), None, None));
    assert_eq!(after.rotation.watch, 2, "what was seen before does not count");
    for drifted in [Served::Ours(VersionNo(1)), Served::Nothing] {
        assert_eq!(served(drifted).effect(), Some(&Effect::Publish { credential: B, version: VersionNo(3) }));
    }
    let after = served(Served::Foreign);
    assert_eq!((after.held(), after.effect()), (Some(&HoldReason::ForeignWrite), None));
}

#[test]
fn a_resumed_drain_that_learns_nothing_begins_a_new_watch_and_forces_nothing() {
    let why = || Why::new(Blame::Transient, "no answer");
    let answers =
        [Answer::NotSent(why()), Answer::Refused(why()), Answer::Unknown(why()), Answer::Done(Found::Nothing)];
    let forced = open().with(|scene| scene.change(|rotation| rotation.forced = true));
    for answer in answers {
        let after = forced.answer(Effect::ReadBack, answer);
        assert_eq!((after.rotation.watch, after.rotation.forced, after.effect()), (2, false, None));
    }
    let after = forced.recover(Effect::ReadBack);
    assert_eq!((after.rotation.watch, after.rotation.forced), (2, false));
}

#[test]
fn a_clock_that_jumped_is_reported_once() {
    let jumped = straggling().with(|scene| scene.watch.jumps = 1);
    let after = jumped.wake();
    assert!(after.raises(AlertKind::ClockJump));
    let mut told = jumped;
    told.commit(&after);
    assert!(told.wake().transition.is_idle());
}

#[test]
fn a_forced_revoke_names_whom_it_cuts_off() {
    let after = straggling().ask(Request::Force).unwrap();
    assert_eq!((after.effect(), after.rotation.grade), (Some(&DESTROY), Some(Grade::Assumed)));
    assert!(after.raises(AlertKind::CutOff));
    let named = format!("{:?}", after.transition.changes);
    assert!(named.contains("web/2") && !named.contains("web/1"), "{named}");
}

#[test]
fn an_emergency_does_not_wait_longer_than_force_after() {
    let leaked = |since| {
        straggling().with(|scene| {
            scene.watch.observed = MINUTE;
            scene.change(|rotation| {
                rotation.cause = Cause::Leaked;
                rotation.times.since = Some(since);
            });
        })
    };
    assert!(leaked(NOW - MINUTE / 2).wake().transition.is_idle());
    let after = leaked(NOW - MINUTE).wake();
    assert_eq!((after.effect(), after.rotation.grade), (Some(&DESTROY), Some(Grade::Assumed)));
    assert!(after.raises(AlertKind::CutOff));
}

#[test]
fn an_emergency_does_not_wait_at_all_when_everybody_has_moved() {
    let leaked = open().with(|scene| {
        scene.watch = keybaton_core::watch::Watch::new(1);
        scene.change(|rotation| {
            rotation.cause = Cause::Leaked;
            rotation.times.since = Some(NOW);
        });
    });
    assert_eq!(leaked.wake().effect(), Some(&DESTROY));
}

#[test]
fn hastening_makes_an_emergency_of_it() {
    let after = late(straggling(), OnStraggler::Hold).ask(Request::Hasten).unwrap();
    assert_eq!((after.rotation.cause, after.effect()), (Cause::Leaked, Some(&DESTROY)));
}

#[test]
fn a_first_key_is_watched_and_then_it_is_done() {
    let first = |observed| {
        open().with(|scene| {
            scene.watch.observed = observed;
            scene.change(|rotation| rotation.old = None);
        })
    };
    assert!(first(MINUTE * 29).wake().transition.is_idle());
    assert_eq!(first(MINUTE * 30).wake().state(), State::Ended(Outcome::Done));
}

#[test]
fn the_way_back_drains_too_and_disables_nothing() {
    let after = drained_back().wake();
    assert_eq!((after.state(), after.effect()), (State::Revoking(Way::Back), Some(&Effect::Destroy { credential: B })));
    let waits = drained_back().with(|scene| scene.saw("web", "2", B, Seen::Used, NOW));
    assert!(waits.wake().transition.is_idle());
}

#[test]
fn the_way_back_is_not_turned_again() {
    assert_eq!(drained_back().ask(Request::Rollback).unwrap_err(), Refused::AlreadyBack);
    let waits = drained_back().with(|scene| scene.saw("web", "2", B, Seen::Used, NOW));
    assert_eq!(late(waits, OnStraggler::Rollback).wake().held(), Some(&HoldReason::Straggler));
}
