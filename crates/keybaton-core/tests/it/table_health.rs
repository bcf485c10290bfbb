//! The arithmetic of R13: what counts against B, and what does not.

use keybaton_core::answer::Verdict;
use keybaton_core::health::{Failure, Finding, judge, old_is_missed};
use keybaton_core::rotation::{State, Way};
use keybaton_core::watch::Run;

use crate::scene::{A, B, HOUR, MINUTE, NOW, Scene};

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

/// The page on which an operator reads the arithmetic.
const PAGE: &str = include_str!("../../../../docs/rollback.md");

/// A row of the page: calls of one consumer, as accepted and refused.
struct Row {
    why: String,
    old: (u64, u64),
    /// With B, until half an hour ago.
    before: (u64, u64),
    /// With B, in the last minutes.
    lately: (u64, u64),
    back: bool,
}

fn rows() -> Option<Vec<Row>> {
    let (_, rest) = PAGE.split_once("<!-- spikes: begin -->")?;
    let (table, _) = rest.split_once("<!-- spikes: end -->")?;
    table.lines().filter(|line| line.starts_with("| ")).skip(1).map(row).collect()
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [old, before, lately, back, why] = cells[..] else { return None };
    let back = match back {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    Some(Row { why: why.to_owned(), old: pair(old)?, before: pair(before)?, lately: pair(lately)?, back })
}

fn pair(cell: &str) -> Option<(u64, u64)> {
    let number = |text: &str| text.trim().replace(',', "").parse::<u64>().ok();
    match cell.split_once('/') {
        Some((ok, refused)) => Some((number(ok)?, number(refused)?)),
        None => (cell == "–").then_some((0, 0)),
    }
}

#[test]
fn every_row_of_the_page_is_what_the_law_does() {
    let rows = rows().expect("a table of five columns");
    assert!(rows.len() >= 12, "the page has lost its table");
    for Row { why, old, before, lately, back } in rows {
        let scene = calm().with(|scene| {
            scene.reported(("web", "1"), A, old.0, old.1);
            scene.now = NOW - MINUTE * 30;
            scene.reported(("web", "1"), B, before.0, before.1);
            scene.now = NOW;
            scene.reported(("web", "1"), B, lately.0, lately.1);
        });
        assert_eq!(fails(&scene), back, "{why}");
    }
}

#[test]
fn the_page_names_the_numbers_of_the_law() {
    for number in ["10 refusals", "half of", "five times", "five to ten minutes", "one to two days"] {
        assert!(PAGE.contains(number), "{number}");
    }
}

#[test]
fn large_numbers_are_no_trouble() {
    let most = u64::MAX / 8;
    let scene = calm().with(|scene| {
        scene.reported(("web", "1"), A, most, 0);
        scene.reported(("web", "1"), B, most, most);
    });
    assert!(fails(&scene));
    let worst = calm().with(|scene| {
        scene.reported(("web", "1"), A, 0, u64::MAX);
        scene.reported(("web", "1"), B, 0, u64::MAX);
    });
    assert!(!fails(&worst), "it always failed");
}

#[test]
fn an_old_rate_is_that_of_the_last_days_and_not_of_years() {
    let scene = |since: std::time::Duration| {
        calm().with(|scene| {
            scene.now = NOW - since;
            scene.reported(("web", "1"), A, 1_000_000, 0);
            scene.now = NOW;
            scene.reported(("web", "1"), A, 10, 90);
            scene.reported(("web", "1"), B, 0, 20);
        })
    };
    assert!(fails(&scene(HOUR)), "it was refused rarely in the last two days");
    assert!(!fails(&scene(HOUR * 24 * 365)), "what it did a year ago is no excuse for the new key's blame");
}

#[test]
fn an_instance_that_was_quiet_lately_and_worked_before_excuses_the_other() {
    let scene = |probe| {
        probed(probe, Run::default()).with(|scene| {
            scene.now = NOW - HOUR;
            scene.reported(("web", "1"), B, 1_000, 0);
            scene.reported(("web", "2"), B, 1_000, 0);
            scene.now = NOW;
            scene.reported(("web", "1"), B, 0, 20);
        })
    };
    let one = Finding::OneInstance { consumer: "web".to_owned(), instance: "1".to_owned() };
    assert_eq!(judged(&scene(run(Verdict::Accepted, 1))), Some(one));
    assert!(fails(&scene(run(Verdict::Refused, 1))), "but not when the probe is refused as well");
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
