//! The gate: each condition alone, and what an emergency, `until = "time"` and force leave of it.

use keybaton_core::answer::Verdict;
use keybaton_core::gate::{Wait, cut_off, evaluate};
use keybaton_core::ledger::{Origin, Seen, Sighting, Stage, Storm};
use keybaton_core::policy::{Consumer, Evidence, Until};
use keybaton_core::roster::Stand;
use keybaton_core::rotation::{Cause, State, Way};
use keybaton_core::watch::Run;
use keybaton_types::Grade;

use crate::scene::{A, B, DAY, HOUR, MINUTE, NOW, Scene, agent};

fn open() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}

fn gate(scene: &Scene) -> keybaton_core::gate::Gate {
    evaluate(&scene.rotation(), &scene.facts(), Way::Forward)
}

fn waits(scene: &Scene) -> Vec<Wait> {
    gate(scene).waits
}

fn declares(evidence: Evidence) -> Scene {
    open().with(|scene| scene.policy.consumers = vec![Consumer { name: "report".to_owned(), evidence }])
}

fn acked(scene: &mut Scene, at: keybaton_types::Timestamp) {
    let (consumer, instance) = ("report".to_owned(), "pipeline".to_owned());
    let acked = Sighting { consumer, instance, credential: None, seen: Seen::Acked, last: at, lease_until: None };
    scene.sightings.push(acked);
}

fn shared() -> (Scene, Wait) {
    let scene = open().with(|scene| scene.share(Stage::Current));
    let secret = scene.shared[0].secret.clone();
    (scene, Wait::Shared { secret })
}

/// Each wait alone: what is missing, and the wait that says so.
fn alone() -> Vec<(Scene, Wait)> {
    let published = NOW - HOUR * 2;
    let report = || "report".to_owned();
    vec![
        (
            open().with(|scene| scene.change(|rotation| rotation.times.landing = Some(NOW + MINUTE))),
            Wait::Landing { until: NOW + MINUTE },
        ),
        (
            open().with(|scene| scene.watch.observed = MINUTE * 29),
            Wait::Watched { observed: MINUTE * 29, needed: MINUTE * 30 },
        ),
        (
            open().with(|scene| scene.storms.push(Storm::new("api", "refusals", NOW - MINUTE, NOW))),
            Wait::Storm { source: "api".to_owned() },
        ),
        (open().with(|scene| scene.policy.overlap.min = HOUR * 3), Wait::Floor { until: NOW + HOUR }),
        (
            open().with(|scene| scene.policy.consumers = vec![agent("web", 3)]),
            Wait::Missing { consumer: "web".to_owned(), moved: 2, declared: 3 },
        ),
        (declares(Evidence::Ack), Wait::Acknowledgement { consumer: report() }),
        (declares(Evidence::Manual), Wait::Acknowledgement { consumer: report() }),
        (declares(Evidence::Session { quiet: HOUR }), Wait::Sessions { consumer: report(), live: None }),
        (
            declares(Evidence::Session { quiet: HOUR }).with(|scene| scene.watch.sessions = Some(3)),
            Wait::Sessions { consumer: report(), live: Some(3) },
        ),
        (
            declares(Evidence::Session { quiet: HOUR }).with(|scene| {
                scene.watch.sessions = Some(0);
                scene.watch.quiet_since = Some(NOW - MINUTE * 59);
            }),
            Wait::Sessions { consumer: report(), live: Some(0) },
        ),
        (declares(Evidence::LastUsed { quiet: HOUR }), Wait::LastUsed { consumer: report(), at: None }),
        (
            declares(Evidence::LastUsed { quiet: HOUR }).with(|scene| {
                scene.watch.asked_last_used = true;
                scene.watch.last_used = Some(published);
                scene.policy.consumers[0].evidence = Evidence::LastUsed { quiet: HOUR * 3 };
            }),
            Wait::LastUsed { consumer: report(), at: Some(published) },
        ),
        shared(),
    ]
}

#[test]
fn the_gate_is_open_when_nothing_is_missing() {
    assert_eq!((waits(&open()), gate(&open()).grade), (Vec::new(), Grade::Proved));
}

#[test]
fn each_condition_alone_keeps_it_shut() {
    for (scene, wait) in alone() {
        assert_eq!(waits(&scene), [wait]);
    }
}

#[test]
fn a_later_use_by_an_instance_that_has_moved_keeps_it_shut() {
    let scene = open().with(|scene| scene.saw("web", "2", A, Seen::Used, NOW - MINUTE));
    let all = waits(&scene);
    assert!(matches!(&all[0], Wait::Missing { moved: 1, declared: 2, .. }), "{all:?}");
    assert!(matches!(&all[1], Wait::Straggler(s) if s.stand == Stand::Old(NOW - MINUTE)), "{all:?}");
}

#[test]
fn an_undeclared_instance_counts_as_much_as_a_declared_one() {
    let scene = open().with(|scene| scene.saw("cron", "x", A, Seen::Fetched, NOW - DAY));
    assert_eq!(cut_off(&gate(&scene)), ["cron/x"]);
}

#[test]
fn the_floor_needs_both_clocks() {
    let scene = open().with(|scene| scene.watch.progress = MINUTE * 50);
    assert_eq!(waits(&scene), [Wait::Floor { until: NOW + MINUTE * 10 }]);
}

#[test]
fn an_emergency_ignores_time_but_neither_evidence_nor_what_may_land() {
    for (scene, wait) in alone() {
        let fresh = scene.with(|scene| {
            scene.policy.force_after = DAY;
            scene.change(|rotation| rotation.cause = Cause::Leaked);
        });
        let ignored = matches!(wait, Wait::Floor { .. } | Wait::Watched { .. } | Wait::Storm { .. });
        assert_eq!(waits(&fresh).is_empty(), ignored, "{wait:?}");
    }
}

#[test]
fn after_force_after_only_what_may_land_is_left() {
    for (scene, wait) in alone() {
        let over = scene.with(|scene| scene.change(|rotation| rotation.cause = Cause::Leaked));
        assert_eq!(waits(&over).is_empty(), !matches!(wait, Wait::Landing { .. }), "{wait:?}");
    }
}

#[test]
fn force_after_needs_both_clocks() {
    let scene = open().with(|scene| {
        scene.policy.consumers = vec![agent("web", 3)];
        scene.watch.progress = MINUTE / 2;
        scene.change(|rotation| rotation.cause = Cause::Leaked);
    });
    assert_eq!(waits(&scene).len(), 1);
}

#[test]
fn a_forced_revoke_waits_only_for_what_may_land() {
    for (scene, wait) in alone() {
        let forced = scene.with(|scene| scene.change(|rotation| rotation.forced = true));
        assert_eq!(waits(&forced).is_empty(), !matches!(wait, Wait::Landing { .. }), "{wait:?}");
        assert_eq!(gate(&forced).grade, Grade::Assumed);
    }
}

#[test]
fn until_time_ignores_what_is_missing_and_not_what_is_seen() {
    for (scene, wait) in alone() {
        let by_time = scene.with(|scene| scene.policy.overlap.until = Until::Time);
        let stays = match wait {
            Wait::Landing { .. }
            | Wait::Floor { .. }
            | Wait::Watched { .. }
            | Wait::Storm { .. }
            | Wait::Shared { .. } => true,
            Wait::Sessions { live, .. } => live == Some(3),
            Wait::Straggler(_) | Wait::Missing { .. } | Wait::Acknowledgement { .. } | Wait::LastUsed { .. } => false,
        };
        assert_eq!(waits(&by_time).is_empty(), !stays, "{wait:?}");
        assert_eq!(gate(&by_time).grade, Grade::Assumed);
    }
}

#[test]
fn until_time_waits_for_a_use_that_is_newer_than_the_publish() {
    let used = |at| {
        open().with(|scene| {
            scene.policy.overlap.until = Until::Time;
            scene.saw("web", "3", A, Seen::Used, at);
        })
    };
    assert_eq!(waits(&used(NOW - HOUR * 2)), []);
    assert_eq!(waits(&used(NOW - HOUR)).len(), 1);
    let told = declares(Evidence::LastUsed { quiet: HOUR }).with(|scene| {
        scene.policy.overlap.until = Until::Time;
        scene.watch.asked_last_used = true;
        scene.watch.last_used = Some(NOW - MINUTE);
    });
    assert_eq!(waits(&told).len(), 1);
}

#[test]
fn each_kind_of_evidence_has_its_grade() {
    let quiet = |scene: &mut Scene| {
        scene.watch.sessions = Some(0);
        scene.watch.quiet_since = Some(NOW - HOUR);
        scene.watch.asked_last_used = true;
        acked(scene, NOW - MINUTE);
    };
    for (evidence, grade) in [
        (Evidence::Ack, Grade::Evidenced),
        (Evidence::Session { quiet: HOUR }, Grade::Evidenced),
        (Evidence::LastUsed { quiet: HOUR }, Grade::Evidenced),
        (Evidence::Manual, Grade::Assumed),
    ] {
        let gate = gate(&declares(evidence).with(quiet));
        assert_eq!((gate.waits, gate.grade), (Vec::new(), grade), "{evidence:?}");
    }
}

#[test]
fn an_acknowledgement_from_before_the_publish_does_not_count() {
    let old = declares(Evidence::Ack).with(|scene| acked(scene, NOW - HOUR * 3));
    assert_eq!(waits(&old).len(), 1);
}

#[test]
fn that_one_instance_is_gone_says_nothing_of_the_others() {
    let gone = |evidence, instance: &'static str| {
        declares(evidence).with(|scene| {
            let (consumer, instance) = ("report".to_owned(), instance.to_owned());
            let last = NOW - MINUTE;
            let forgotten =
                Sighting { consumer, instance, credential: None, seen: Seen::Forgotten, last, lease_until: None };
            scene.sightings.push(forgotten);
        })
    };
    for evidence in [Evidence::Ack, Evidence::Manual, Evidence::Agent { instances: 2 }] {
        assert_eq!(waits(&gone(evidence, "report-1")).len(), 1, "{evidence:?}");
        let whole = gate(&gone(evidence, ""));
        assert_eq!((whole.waits, whole.grade), (Vec::new(), Grade::Assumed), "{evidence:?}");
    }
    // nobody waits for the one that is gone where only that one was declared
    let only = gate(&gone(Evidence::Agent { instances: 1 }, "report-1"));
    assert_eq!((only.waits, only.grade), (Vec::new(), Grade::Assumed));
}

#[test]
fn no_watch_ends_on_a_refusal_of_the_new_key() {
    let refused = open().with(|scene| scene.watch.new = Run { last: Some(Verdict::Refused), count: 1 });
    assert!(matches!(waits(&refused)[..], [Wait::Watched { .. }]), "{:?}", waits(&refused));
}

#[test]
fn an_adopted_or_revealed_key_is_evidenced_at_best() {
    let adopted = open().with(|scene| scene.ledger.credentials[0].origin = Origin::Adopted);
    let revealed = open().with(|scene| scene.saw("ann", "reveal", A, Seen::Revealed, NOW - HOUR));
    assert_eq!((gate(&adopted).grade, gate(&revealed).grade), (Grade::Evidenced, Grade::Evidenced));
}

#[test]
fn where_nobody_is_known_the_revoke_is_assumed() {
    let nobody = open().with(|scene| {
        scene.policy.consumers.clear();
        scene.sightings.clear();
    });
    assert_eq!(gate(&nobody).grade, Grade::Assumed);
}

#[test]
fn fetching_the_new_key_moves_nobody() {
    let scene = open().with(|scene| {
        scene.sightings.clear();
        for instance in ["1", "2"] {
            scene.saw("web", instance, A, Seen::Used, NOW - HOUR * 3);
            scene.saw("web", instance, B, Seen::Fetched, NOW - HOUR);
        }
    });
    assert_eq!(waits(&scene).len(), 3);
}

#[test]
fn a_lease_holds_until_it_is_over() {
    let leased = |until| {
        open().with(|scene| {
            scene.saw("cron", "x", A, Seen::Fetched, NOW - HOUR);
            scene.sightings.last_mut().unwrap().lease_until = Some(until);
        })
    };
    let all = waits(&leased(NOW + MINUTE));
    assert!(matches!(&all[..], [Wait::Straggler(s)] if s.stand == Stand::Leased(NOW + MINUTE)), "{all:?}");
    assert_eq!(waits(&leased(NOW)), []);
}

#[test]
fn a_lease_does_not_run_while_nobody_serves_consumers() {
    let leased = |served| {
        open().with(|scene| {
            scene.saw("cron", "x", A, Seen::Fetched, NOW - HOUR);
            scene.sightings.last_mut().unwrap().lease_until = Some(NOW - MINUTE);
            scene.served = served;
        })
    };
    let all = waits(&leased(Some(NOW - MINUTE * 2)));
    assert!(matches!(&all[..], [Wait::Straggler(s)] if s.stand == Stand::Leased(NOW - MINUTE)), "{all:?}");
    for served in [None, Some(NOW - MINUTE), Some(NOW), Some(NOW + HOUR)] {
        assert_eq!(waits(&leased(served)), [], "{served:?}");
    }
}

#[test]
fn a_first_key_waits_for_its_watch_alone() {
    for (scene, wait) in alone() {
        let first = scene.with(|scene| scene.change(|rotation| rotation.old = None));
        let stays = matches!(wait, Wait::Landing { .. } | Wait::Watched { .. });
        assert_eq!(waits(&first).is_empty(), !stays, "{wait:?}");
    }
}
