//! Daylight saving: local times that do not exist, and local times that come twice.

use super::given::{DAY, at, cron_in, every, listed, next, zone};
use keybaton_core::schedule::Schedule;

/// A schedule in a zone, from when, and the next firings.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

fn check(table: &[Row]) {
    for (name, text, from, firings) in table {
        assert_eq!(listed(&cron_in(text, name), from, firings.len()), *firings, "{text} in {name} from {from}");
    }
}

#[test]
fn a_time_in_a_gap_fires_once_at_its_end() {
    check(&[
        (
            "Europe/Berlin",
            "0 30 2 * * *",
            "2027-03-27T12:00:00Z",
            &["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"],
        ),
        (
            "Europe/Berlin",
            "0 2,3 * * *",
            "2027-03-27T12:00:00Z",
            &["2027-03-28T03:00:00+02:00", "2027-03-29T02:00:00+02:00"],
        ),
        (
            "America/New_York",
            "15 2 * * *",
            "2027-03-13T12:00:00Z",
            &["2027-03-14T03:00:00-04:00", "2027-03-15T02:15:00-04:00"],
        ),
        (
            "Australia/Sydney",
            "0 59 2 * * *",
            "2027-10-02T02:00:00Z",
            &["2027-10-03T03:00:00+11:00", "2027-10-04T02:59:00+11:00"],
        ),
        ("America/Santiago", "0 0 0 * * *", "2027-09-04T12:00:00Z", &["2027-09-05T01:00:00-03:00"]),
        (
            "Australia/Lord_Howe",
            "15,45 2 * * *",
            "2027-10-02T02:00:00Z",
            &["2027-10-03T02:30:00+11:00", "2027-10-03T02:45:00+11:00", "2027-10-04T02:15:00+11:00"],
        ),
    ]);
}

#[test]
fn an_hour_that_a_gap_takes_away_does_not_cost_a_year() {
    check(&[(
        "Europe/Berlin",
        "0 */15 2 28 3 *",
        "2027-01-01T00:00:00Z",
        &["2027-03-28T03:00:00+02:00", "2028-03-28T02:00:00+02:00", "2028-03-28T02:15:00+02:00"],
    )]);
}

#[test]
fn a_day_that_a_zone_skipped_fires_when_the_next_one_begins() {
    check(&[(
        "Pacific/Apia",
        "0 0 12 * * *",
        "2011-12-29T23:00:00Z",
        &["2011-12-31T00:00:00+14:00", "2011-12-31T12:00:00+14:00"],
    )]);
}

#[test]
fn a_time_that_comes_twice_fires_the_first_time() {
    check(&[
        (
            "Europe/Berlin",
            "0 30 2 * * *",
            "2027-10-30T12:00:00Z",
            &["2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"],
        ),
        // From the middle of the second pass.
        ("Europe/Berlin", "0 30 2 * * *", "2027-10-31T01:10:00Z", &["2027-11-01T02:30:00+01:00"]),
        (
            "Europe/Berlin",
            "*/20 2,3 * * *",
            "2027-10-31T00:30:00Z",
            &["2027-10-31T02:40:00+02:00", "2027-10-31T03:00:00+01:00", "2027-10-31T03:20:00+01:00"],
        ),
        (
            "America/New_York",
            "0 1 * * *",
            "2027-11-06T12:00:00Z",
            &["2027-11-07T01:00:00-04:00", "2027-11-08T01:00:00-05:00"],
        ),
        (
            "Australia/Sydney",
            "0 30 2 * * *",
            "2027-04-03T02:00:00Z",
            &["2027-04-04T02:30:00+11:00", "2027-04-05T02:30:00+10:00"],
        ),
        (
            "Australia/Lord_Howe",
            "45 1 * * *",
            "2027-04-03T02:00:00Z",
            &["2027-04-04T01:45:00+11:00", "2027-04-05T01:45:00+10:30"],
        ),
    ]);
}

#[test]
fn an_expression_for_every_hour_is_an_interval_and_fires_in_both_passes() {
    check(&[
        (
            "Europe/Berlin",
            "*/30 * * * *",
            "2027-10-31T00:15:00Z",
            &[
                "2027-10-31T02:30:00+02:00",
                "2027-10-31T02:00:00+01:00",
                "2027-10-31T02:30:00+01:00",
                "2027-10-31T03:00:00+01:00",
            ],
        ),
        (
            "Europe/Berlin",
            "*/30 * * * *",
            "2027-03-28T00:15:00Z",
            &["2027-03-28T01:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"],
        ),
        (
            "Australia/Lord_Howe",
            "40 * * * *",
            "2027-04-03T14:30:00Z",
            &["2027-04-04T01:40:00+11:00", "2027-04-04T01:40:00+10:30", "2027-04-04T02:40:00+10:30"],
        ),
    ]);
}

#[test]
fn every_is_elapsed_time() {
    let daily = Schedule { time_zone: zone("Europe/Berlin"), ..every(DAY) };
    assert_eq!(next(&daily, "2027-03-27T02:00:00+01:00"), "2027-03-28T03:00:00+02:00");
    assert_eq!(next(&daily, "2027-10-30T02:00:00+02:00"), "2027-10-31T02:00:00+02:00");
    assert_eq!(next(&daily, "2027-10-31T02:00:00+02:00"), "2027-11-01T01:00:00+01:00");
}

#[test]
fn a_fraction_of_a_second_neither_repeats_nor_skips_a_firing() {
    let nightly = cron_in("0 2 * * *", "UTC");
    assert_eq!(nightly.firings(at("2027-01-01T01:59:59.999999Z"), 1), [at("2027-01-01T02:00:00Z")]);
    assert_eq!(nightly.firings(at("2027-01-01T02:00:00Z"), 1), [at("2027-01-02T02:00:00Z")]);
    assert_eq!(nightly.firings(at("1960-01-01T01:59:59.5Z"), 1), [at("1960-01-01T02:00:00Z")]);
}
