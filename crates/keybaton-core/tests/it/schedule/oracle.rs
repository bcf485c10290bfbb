//! Cron beside a second opinion: every minute of the days around a change of the clock, one after another.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::given::{cron, zone};
use keybaton_core::schedule::Schedule;

const CHANGES: [(&str, &str); 10] = [
    ("Europe/Berlin", "2027-03-28T01:00:00Z"),
    ("Europe/Berlin", "2027-10-31T01:00:00Z"),
    ("America/New_York", "2027-03-14T07:00:00Z"),
    ("America/New_York", "2027-11-07T06:00:00Z"),
    ("Australia/Sydney", "2027-04-03T16:00:00Z"),
    ("Australia/Sydney", "2027-10-02T16:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
    ("Australia/Lord_Howe", "2027-10-02T15:30:00Z"),
    ("America/Santiago", "2027-04-04T03:00:00Z"),
    ("America/Santiago", "2027-09-05T04:00:00Z"),
];

/// The firings of a day around `change`, found by looking at each minute.
fn minute_by_minute(
    hours: &BTreeSet<i8>,
    minutes: &BTreeSet<i8>,
    zone: &TimeZone,
    change: Timestamp,
) -> BTreeSet<Timestamp> {
    let matches = |time: jiff::civil::DateTime| hours.contains(&time.hour()) && minutes.contains(&time.minute());
    let (mut seen, mut firings) = (BTreeSet::new(), BTreeSet::new());
    for minute in -720..=720 {
        let now = change + SignedDuration::from_mins(minute);
        let civil = zone.to_datetime(now);
        // What the clock would show had it not been put forward, until it shows that again.
        let mut skipped = zone.to_offset(now - SignedDuration::from_mins(1)).to_datetime(now);
        while now == change && skipped < civil {
            if matches(skipped) {
                firings.insert(change);
            }
            skipped += SignedDuration::from_mins(1);
        }
        let is_first = seen.insert(civil);
        if matches(civil) && (is_first || hours.len() == 24) {
            firings.insert(now);
        }
    }
    firings
}

fn listed<T: ToString>(values: &BTreeSet<T>) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cron_fires_when_a_look_at_every_minute_says_so(
        hours in prop_oneof![
            prop::collection::btree_set(0..24_i8, 1..5),
            prop::collection::btree_set(0..5_i8, 1..5),
            Just((0..24_i8).collect()),
        ],
        minutes in prop::collection::btree_set(0..60_i8, 1..5),
        (name, change) in prop::sample::select(&CHANGES),
    ) {
        let (zone, change) = (zone(name), change.parse::<Timestamp>().unwrap());
        let text = format!("{} {} * * *", listed(&minutes), listed(&hours));
        let schedule = Schedule { time_zone: zone.clone(), ..cron(&text) };
        let expected = minute_by_minute(&hours, &minutes, &zone, change);
        let micros = |at: Timestamp| keybaton_types::Timestamp(at.as_microsecond());
        let from = micros(change - SignedDuration::from_mins(720) - SignedDuration::from_nanos(1_000));
        let until = micros(change + SignedDuration::from_mins(720));
        let found: Vec<_> = schedule.firings(from, expected.len() + 1).into_iter().take_while(|at| *at <= until).collect();
        prop_assert_eq!(found, expected.into_iter().map(micros).collect::<Vec<_>>(), "{} in {}", text, name);
    }
}
