//! What holds for every schedule.

use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::tz::AmbiguousOffset;
use keybaton_core::schedule::{Cron, Days, Rule, Schedule, Window};
use keybaton_types::Timestamp;
use proptest::prelude::*;

use super::given::zone;

const EXPRESSIONS: [&str; 12] = [
    "0 0 2 */30 * *",
    "0 2 * * *",
    "30 2 * * SUN",
    "*/15 * * * *",
    "0 */15 2 28 3 *",
    "0 0 0 1 * MON",
    "0 2 1 * MON",
    "15 1,2 * 3,4,9,10,11 *",
    "0 30 */2 * * *",
    "0 0 L * *",
    "* * * * * *",
    "0 0 29 2 *",
];
const ZONES: [&str; 7] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
];

fn span(seconds: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    seconds.prop_map(Duration::from_secs)
}

/// A time from 2020 to 2040, often within two days of a change of the clock in Berlin.
fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (1_577_836_800_000_000..2_208_988_800_000_000_i64).prop_map(Timestamp),
        (-172_800_000_000..172_800_000_000_i64).prop_map(|off| Timestamp(1_806_195_600_000_000 + off)),
        (-172_800_000_000..172_800_000_000_i64).prop_map(|off| Timestamp(1_824_944_400_000_000 + off)),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let every = span(1..100 * 86_400).prop_filter_map("interval", |period| Rule::every(period).ok());
    let cron = prop::sample::select(&EXPRESSIONS).prop_filter_map("expression", |text| Rule::cron(text).ok());
    prop_oneof![every, cron]
}

fn window() -> impl Strategy<Value = Window> {
    let time = || (0..24_i8, 0..60_i8).prop_filter_map("time", |(hour, minute)| Time::new(hour, minute, 0, 0).ok());
    (1..128_u8, time(), time()).prop_filter_map("window", |(bits, from, to)| {
        let days: Days = Weekday::Monday
            .cycle_forward()
            .take(7)
            .filter(|day| bits & (1 << day.to_monday_zero_offset()) != 0)
            .collect();
        Window::new(days, from, to).ok()
    })
}

prop_compose! {
    fn schedule()(
        rule in rule(),
        min_interval in prop::option::of(span(0..60 * 86_400)),
        window in prop::option::of(window()),
        time_zone in prop::sample::select(&ZONES),
        jitter in prop_oneof![Just(Duration::ZERO), span(0..86_400)],
        anchor in prop::option::of(time()),
    ) -> Schedule {
        Schedule { rule, min_interval, window, time_zone: zone(time_zone), jitter, anchor }
    }
}

/// Whether a local clock shows a time of the window at `at`; none close to a change of the clock, where bounds move.
fn is_open(schedule: &Schedule, window: &Window, at: Timestamp) -> Option<bool> {
    let instant = jiff::Timestamp::from_microsecond(at.0).ok()?;
    let changed = |hours: i64| {
        let civil = schedule.time_zone.to_datetime(instant + jiff::SignedDuration::from_hours(hours));
        !matches!(schedule.time_zone.to_ambiguous_timestamp(civil).offset(), AmbiguousOffset::Unambiguous { .. })
    };
    let near = jiff::SignedDuration::from_hours(26);
    if schedule.time_zone.to_offset(instant - near) != schedule.time_zone.to_offset(instant + near) || changed(0) {
        return None;
    }
    let civil = schedule.time_zone.to_datetime(instant);
    let (time, today) = (civil.time(), civil.date().weekday());
    let opened_today = window.days().contains(today) && window.from() <= time;
    let opened_yesterday = window.days().contains(today.previous()) && time < window.to();
    Some(if window.from() < window.to() {
        opened_today && time < window.to()
    } else {
        opened_today || opened_yesterday
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_firing_is_later_than_the_last_rotation_by_min_interval(schedule in schedule(), last in time(), now in time()) {
        let firing = schedule.next(last, now, "payments/prod").unwrap();
        prop_assert!(firing.named > last);
        prop_assert!(firing.at >= firing.named);
        prop_assert!(firing.at.since(last) >= schedule.min_interval.unwrap_or_default());
    }

    #[test]
    fn a_firing_is_the_same_each_time(schedule in schedule(), last in time(), now in time()) {
        let firing = schedule.next(last, now, "payments/prod");
        prop_assert_eq!(schedule.clone().next(last, now, "payments/prod"), firing);
    }

    #[test]
    fn a_firing_is_inside_the_window(schedule in schedule(), window in window(), last in time(), now in time()) {
        let schedule = Schedule { window: Some(window), ..schedule };
        let firing = schedule.next(last, now, "payments/prod").unwrap();
        prop_assert_eq!(schedule.admits(firing.at), Some(firing.at));
        prop_assert_ne!(is_open(&schedule, &window, firing.at), Some(false));
        if firing.is_due(now) {
            prop_assert_eq!(schedule.admits(now), Some(now));
        }
    }

    #[test]
    fn asking_later_never_makes_a_firing_earlier(schedule in schedule(), last in time(), now in time(), wait in span(0..9 * 86_400)) {
        let (first, later) = (schedule.next(last, now, "s").unwrap(), schedule.next(last, now + wait, "s").unwrap());
        prop_assert!(first.at <= later.at);
        prop_assert_eq!(first.named, later.named);
    }

    #[test]
    fn jitter_is_below_its_limit(schedule in schedule(), last in time()) {
        let plain = Schedule { jitter: Duration::ZERO, ..schedule.clone() };
        let (late, plain) = (schedule.next(last, last, "s").unwrap(), plain.next(last, last, "s").unwrap());
        prop_assert!(late.at >= plain.at);
        prop_assert!(late.at.since(plain.at) < schedule.jitter.max(Duration::from_micros(1)));
    }

    #[test]
    fn firings_grow_by_min_interval(schedule in schedule(), from in time()) {
        let firings = schedule.firings(from, 8);
        prop_assert_eq!(firings.len(), 8);
        for pair in firings.windows(2) {
            prop_assert!(pair[0] < pair[1]);
            prop_assert!(pair[1].since(pair[0]) >= schedule.min_interval.unwrap_or_default());
        }
    }

    #[test]
    fn nothing_fires_between_a_rotation_and_its_next_firing(text in prop::sample::select(&EXPRESSIONS), name in prop::sample::select(&ZONES), last in time(), part in 0.0..1.0_f64) {
        let schedule = Schedule { time_zone: zone(name), ..Schedule::new(Rule::cron(text).unwrap()) };
        let firing = schedule.next(last, last, "s").unwrap();
        let between = last + firing.at.since(last).mul_f64(part);
        if between < firing.at {
            prop_assert_eq!(schedule.next(between, between, "s"), Some(firing));
        }
    }

    #[test]
    fn cron_takes_any_text_without_harm(text in "[-0-9*/,LW#?+@A-Z \u{0}ßé]{0,24}") {
        let _ = Cron::parse(&text);
    }

    #[test]
    fn any_times_are_taken_without_harm(schedule in schedule(), last in any::<i64>(), now in any::<i64>()) {
        let _ = schedule.next(Timestamp(last), Timestamp(now), "s");
        let _ = schedule.firings(Timestamp(last), 3);
        let _ = schedule.next_after_rollback(Timestamp(last), 0);
    }
}
