//! The next firing: what it counts from, `min_interval`, jitter, and catching up.

use keybaton_core::schedule::{EveryError, Rule, Schedule};
use keybaton_types::Timestamp;
use std::time::Duration;

use super::given::{DAY, HOUR, MINUTE, SEED, at, cron, cron_in, every, midweek, next};

const LAST: &str = "2027-01-05T09:30:00Z";

#[test]
fn every_counts_from_the_last_rotation() {
    assert_eq!(next(&every(30 * DAY), LAST), "2027-02-04T09:30:00+00:00");
}

#[test]
fn every_counts_from_its_anchor_if_it_has_one() {
    let anchored = Schedule { anchor: Some(at("2027-01-01T02:00:00Z")), ..every(7 * DAY) };
    assert_eq!(next(&anchored, LAST), "2027-01-08T02:00:00+00:00");
    assert_eq!(next(&anchored, "2027-01-08T02:00:00Z"), "2027-01-15T02:00:00+00:00");
    // The anchor is the first firing, not only a phase.
    assert_eq!(next(&anchored, "2026-11-01T00:00:00Z"), "2027-01-01T02:00:00+00:00");
}

#[test]
fn an_interval_is_longer_than_zero_and_at_most_a_hundred_years() {
    assert_eq!(Rule::every(Duration::ZERO), Err(EveryError::Zero));
    assert_eq!(Rule::every(Duration::from_nanos(999)), Err(EveryError::Zero));
    assert_eq!(Rule::every(Duration::MAX), Err(EveryError::TooLong));
    assert!(Rule::every(Duration::from_micros(1)).is_ok());
}

#[test]
fn the_end_of_time_has_no_next_firing() {
    for schedule in [every(DAY), cron("0 2 * * *"), Schedule { window: Some(midweek()), ..every(DAY) }] {
        for last in [i64::MAX, i64::MAX - 1] {
            assert_eq!(schedule.next(Timestamp(last), Timestamp(last), SEED), None);
        }
    }
    assert_eq!(cron("0 2 * * *").next(Timestamp(i64::MIN), Timestamp(i64::MIN), SEED), None);
}

#[test]
fn min_interval_skips_what_comes_too_early() {
    let article = cron("0 0 2 */30 * *");
    let spaced = Schedule { min_interval: Some(20 * DAY), ..article.clone() };
    assert_eq!(next(&article, "2027-01-31T03:00:00Z"), "2027-02-01T02:00:00+00:00");
    assert_eq!(next(&spaced, "2027-01-31T03:00:00Z"), "2027-03-01T02:00:00+00:00");
    assert_eq!(next(&spaced, "2027-01-01T03:00:00Z"), "2027-01-31T02:00:00+00:00");
}

#[test]
fn min_interval_skips_whole_intervals() {
    let often = Schedule { min_interval: Some(5 * HOUR), ..every(2 * HOUR) };
    assert_eq!(next(&often, LAST), "2027-01-05T15:30:00+00:00");
    let exact = Schedule { min_interval: Some(6 * HOUR), ..every(2 * HOUR) };
    assert_eq!(next(&exact, LAST), "2027-01-05T15:30:00+00:00");
}

#[test]
fn min_interval_is_measured_at_the_opening_that_a_window_moves_to() {
    // Friday 1 January 12:00 moves to Tuesday 5 January 02:00, which is late enough; the name alone would not be.
    let moved = Schedule { min_interval: Some(4 * DAY), window: Some(midweek()), ..cron("0 12 1 * *") };
    assert_eq!(next(&moved, "2027-01-01T00:00:00Z"), "2027-01-05T02:00:00+00:00");
    let later = Schedule { min_interval: Some(5 * DAY), ..moved };
    assert_eq!(next(&later, "2027-01-01T00:00:00Z"), "2027-02-02T02:00:00+00:00");
}

#[test]
fn a_missed_firing_is_due_now_and_only_once() {
    let nightly = cron("0 2 * * *");
    let (last, now) = (at("2027-01-01T03:00:00Z"), at("2027-01-09T12:00:00Z"));
    let missed = nightly.next(last, now, SEED).unwrap();
    assert_eq!(missed.at, at("2027-01-02T02:00:00Z"));
    assert!(missed.is_due(now));
    let after = nightly.next(now + HOUR, now + HOUR, SEED).unwrap();
    assert_eq!(after.at, at("2027-01-10T02:00:00Z"));
    assert!(!after.is_due(now + HOUR));
}

#[test]
fn a_firing_missed_with_its_window_waits_for_the_next_one() {
    let schedule = Schedule { window: Some(midweek()), jitter: 20 * MINUTE, ..cron("0 3 * * *") };
    let last = at("2027-01-04T09:00:00Z");
    let in_time = schedule.next(last, last, SEED).unwrap();
    assert_eq!(in_time.named, at("2027-01-05T03:00:00Z"));
    // While its own window is open it stays where it is.
    assert_eq!(schedule.next(last, at("2027-01-05T04:59:59Z"), SEED), Some(in_time));
    // Afterwards it is due in the next window, at the same time from whenever that is asked.
    let moved = schedule.next(last, at("2027-01-05T05:00:00Z"), SEED).unwrap();
    assert_eq!(moved.named, in_time.named);
    assert!(moved.at >= at("2027-01-06T02:00:00Z") && moved.at < at("2027-01-06T02:20:00Z"));
    for now in ["2027-01-05T20:00:00Z", "2027-01-06T02:00:00Z", "2027-01-06T04:59:59Z"] {
        assert_eq!(schedule.next(last, at(now), SEED), Some(moved), "{now}");
    }
    // After a week's windows it is next week's.
    let next_week = schedule.next(last, at("2027-01-07T05:00:00Z"), SEED).unwrap();
    assert!(next_week.at >= at("2027-01-12T02:00:00Z"));
}

#[test]
fn jitter_is_the_same_each_time_and_for_each_replica() {
    let schedule = Schedule { jitter: 20 * MINUTE, ..cron("0 0 2 * * *") };
    let last = at("2027-01-01T03:00:00Z");
    let drawn = schedule.next(last, last, SEED).unwrap();
    // Pinned: a change of the hash moves every scheduled rotation.
    assert_eq!(drawn.at, at("2027-01-02T02:00:57.364631Z"));
    assert_eq!(schedule.next(last + HOUR, last + 2 * HOUR, SEED), Some(drawn));
    assert_ne!(schedule.next(last, last, "payments/staging"), Some(drawn));
}

#[test]
fn jitter_spreads_secrets_evenly() {
    let schedule = Schedule { jitter: HOUR, ..cron("0 0 2 * * *") };
    let last = at("2027-01-01T03:00:00Z");
    let mut quarters = [0_u32; 4];
    for secret in 0..4_000 {
        let firing = schedule.next(last, last, &format!("secret-{secret}/prod")).unwrap();
        quarters[usize::try_from(firing.at.since(firing.named).as_secs() / 900).unwrap()] += 1;
    }
    assert!(quarters.iter().all(|&count| (900..1_100).contains(&count)), "{quarters:?}");
}

#[test]
fn jitter_never_leaves_the_window() {
    let schedule = Schedule { jitter: 6 * HOUR, window: Some(midweek()), ..cron("0 50 4 * * TUE") };
    let last = at("2027-01-01T00:00:00Z");
    for secret in 0..500 {
        let firing = schedule.next(last, last, &format!("secret-{secret}/prod")).unwrap();
        assert!(firing.at >= at("2027-01-05T04:50:00Z") && firing.at < at("2027-01-05T05:00:00Z"), "{firing:?}");
    }
}

#[test]
fn the_schedule_of_the_design_page_fires_in_its_window() {
    let schedule = Schedule {
        min_interval: Some(20 * DAY),
        window: Some(midweek()),
        jitter: 20 * MINUTE,
        ..cron_in("0 0 2 */30 * *", "Europe/Amsterdam")
    };
    let last = at("2027-01-31T01:00:00Z");
    let firing = schedule.next(last, last, SEED).unwrap();
    // 1 March 2027 is a Monday; the window opens on Tuesday at 02:00 in Amsterdam.
    assert_eq!(firing.named, at("2027-03-01T02:00:00+01:00"));
    assert!(firing.at >= at("2027-03-02T02:00:00+01:00") && firing.at < at("2027-03-02T02:20:00+01:00"));
}
