//! The arithmetic of R13: what counts against B, and what does not.

use keybaton_core::answer::Verdict;
use keybaton_core::health::{Failure, Finding, judge, old_is_missed};
use keybaton_core::rotation::{State, Way};
use keybaton_core::watch::Run;

use crate::scene::{A, B, HOUR, MINUTE, NOW, Scene};

/// Calls of one consumer: with A and with B, each that succeeded and that were refused.
struct Calls {
    why: &'static str,
    old: (u64, u64),
    new: (u64, u64),
    fails: bool,
}

fn calm() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}

fn judged(scene: &Scene) -> Option<Finding> {
    judge(&scene.rotation(), &scene.facts())
}

fn fails(scene: &Scene) -> bool {
    matches!(judged(scene), Some(Finding::NewFails(_)))
}

fn run(verdict: Verdict, count: u8) -> Run {
    Run { last: Some(verdict), count }
}

fn probed(new: Run, old: Run) -> Scene {
    calm().with(|scene| {
        scene.watch.new = new;
        scene.watch.old = old;
    })
}

#[test]
fn reports_count_from_ten_refusals_on_when_half_of_the_calls_fail_and_five_times_its_own_rate() {
    for Calls { why, old, new, fails: expected } in [
        Calls { why: "nine prove nothing", old: (0, 0), new: (0, 9), fails: false },
        Calls { why: "ten without a history", old: (0, 0), new: (0, 10), fails: true },
        Calls { why: "exactly half", old: (0, 0), new: (10, 10), fails: true },
        Calls { why: "just under half", old: (0, 0), new: (11, 10), fails: false },
        Calls { why: "a clean history", old: (1_000, 0), new: (10, 10), fails: true },
        Calls { why: "five times a tenth", old: (90, 10), new: (10, 10), fails: true },
        Calls { why: "less than five times 11 %", old: (89, 11), new: (10, 10), fails: false },
        Calls { why: "it always failed", old: (0, 100), new: (0, 100), fails: false },
        Calls { why: "all of them, against a fifth", old: (80, 20), new: (0, 10), fails: true },
        Calls { why: "all of them, against more", old: (79, 21), new: (0, 10), fails: false },
        Calls { why: "large numbers", old: (u64::MAX / 8, 0), new: (u64::MAX / 8, u64::MAX / 8), fails: true },
    ] {
        let scene = calm().with(|scene| {
            scene.reported(("web", "1"), A, old.0, old.1);
            scene.reported(("web", "1"), B, new.0, new.1);
        });
        assert_eq!(fails(&scene), expected, "{why}");
    }
}

#[test]
fn the_finding_names_the_consumer_and_its_counts() {
    let scene = calm().with(|scene| {
        scene.reported(("web", "1"), B, 0, 8);
        scene.reported(("web", "2"), B, 1, 7);
    });
    let failure = Failure::Reports { consumer: "web".to_owned(), refused: 15, calls: 16 };
    assert_eq!(judged(&scene), Some(Finding::NewFails(failure)), "its instances are counted together");
}

#[test]
fn consumers_are_not_counted_together() {
    let scene = calm().with(|scene| {
        scene.reported(("web", "1"), B, 0, 9);
        scene.reported(("cron", "1"), B, 0, 9);
    });
    assert_eq!(judged(&scene), None);
}

#[test]
fn one_instance_alone_is_excused_when_others_and_the_probe_succeed() {
    let mixed = |probe| {
        probed(probe, Run::default()).with(|scene| {
            scene.reported(("web", "1"), B, 0, 20);
            scene.reported(("web", "2"), B, 5, 0);
        })
    };
    let one = Finding::OneInstance { consumer: "web".to_owned(), instance: "1".to_owned() };
    assert_eq!(judged(&mixed(run(Verdict::Accepted, 1))), Some(one));
    assert!(fails(&mixed(run(Verdict::Refused, 1))) && fails(&mixed(Run::default())));
}

#[test]
fn another_consumer_that_succeeds_is_no_excuse() {
    let scene = probed(run(Verdict::Accepted, 9), Run::default()).with(|scene| {
        scene.reported(("web", "1"), B, 0, 20);
        scene.reported(("cron", "1"), B, 50, 0);
    });
    assert!(fails(&scene));
}

#[test]
fn a_probe_counts_when_it_is_refused_often_enough_while_the_old_key_works() {
    let (accepted, refused) = (run(Verdict::Accepted, 1), |count| run(Verdict::Refused, count));
    assert!(!fails(&probed(refused(1), accepted)));
    assert!(fails(&probed(refused(2), accepted)));
    assert_eq!(judged(&probed(refused(2), Run::default())), None, "nobody knows about the old key");
    assert_eq!(judged(&probed(refused(2), refused(1))), None);
    assert_eq!(judged(&probed(refused(2), refused(2))), Some(Finding::BothRefused));
}

#[test]
fn failures_of_the_old_key_never_count_against_the_new_one() {
    let scene = probed(run(Verdict::Accepted, 9), run(Verdict::Refused, 9)).with(|scene| {
        scene.reported(("web", "1"), A, 0, 1_000);
        scene.reported(("web", "1"), B, 1_000, 0);
    });
    assert_eq!(judged(&scene), None);
}

#[test]
fn whoever_is_refused_with_the_old_key_since_it_is_off_is_named() {
    let missed = |at| {
        let scene = calm().with(|scene| {
            scene.reported(("batch", "7"), A, 3, 1);
            scene.reports[0].refused_at = Some(at);
            scene.change(|rotation| rotation.times.off = Some(NOW - HOUR));
        });
        old_is_missed(&scene.rotation(), &scene.facts())
    };
    assert_eq!(missed(NOW - MINUTE), Some("batch/7".to_owned()));
    assert_eq!(missed(NOW - HOUR * 2), None, "it was refused before the key was meant to be off");
}

#[test]
fn without_an_old_key_the_refusals_of_the_new_one_are_enough() {
    let first = probed(run(Verdict::Refused, 2), Run::default());
    assert!(!fails(&first), "the old key was not tried");
    let alone = first.with(|scene| scene.change(|rotation| rotation.old = None));
    assert_eq!(judged(&alone), Some(Finding::NewFails(Failure::Probe)));
}
