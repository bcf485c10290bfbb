//! Any rule, zone, window and moment: firings come after what they count from, in order, and never twice.
#![no_main]

use std::time::Duration;

use jiff::{civil::Time, tz::TimeZone};
use keybaton_core::schedule::{Days, Rule, Schedule, Window};
use keybaton_types::Timestamp;
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

/// What is drawn.
#[derive(Arbitrary, Debug)]
struct Drawn<'a> {
    rule: Drawing<'a>,
    zone: u8,
    window: Option<(u8, u16, u16)>,
    min_interval: Option<u32>,
    jitter: u16,
    anchor: Option<i64>,
    last: u32,
    gap: u32,
    rollbacks: u8,
}

#[derive(Arbitrary, Debug)]
enum Drawing<'a> {
    Every(u32),
    Cron(&'a str),
}

const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Amsterdam",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Havana",
];

fn schedule(drawn: &Drawn<'_>) -> Option<Schedule> {
    let rule = match drawn.rule {
        Drawing::Every(seconds) => Rule::every(Duration::from_secs(seconds.into())).ok()?,
        Drawing::Cron(text) => Rule::cron(text).ok()?,
    };
    let time = |minutes: u16| Time::new((minutes / 60 % 24) as i8, (minutes % 60) as i8, 0, 0).ok();
    let window = match drawn.window {
        None => None,
        Some((days, from, to)) => {
            let names: Vec<&str> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| days >> bit & 1 == 1)
                .map(|(_, name)| name)
                .collect();
            let text = |minutes| time(minutes).map(|time| time.strftime("%H:%M").to_string());
            Some(Window::parse(&names, &text(from)?, &text(to)?).ok()?)
        }
    };
    let _: Option<Days> = window.as_ref().map(Window::days);
    Some(Schedule {
        rule,
        min_interval: drawn.min_interval.map(|seconds| Duration::from_secs(seconds.into())),
        window,
        time_zone: TimeZone::get(ZONES[usize::from(drawn.zone) % ZONES.len()]).ok()?,
        jitter: Duration::from_secs(drawn.jitter.into()),
        anchor: drawn.anchor.map(|at| Timestamp(at.rem_euclid(4_000_000_000_000_000))),
    })
}

fuzz_target!(|drawn: Drawn<'_>| {
    let Some(schedule) = schedule(&drawn) else { return };
    let last = Timestamp(i64::from(drawn.last) * 1_000_000);
    let now = last + Duration::from_secs(drawn.gap.into());
    if let Some(firing) = schedule.next(last, now, "payments/prod") {
        assert!(firing.at > last, "{firing:?} is not after {last:?}");
        assert_eq!(schedule.next(last, now, "payments/prod").map(|again| again.at), Some(firing.at), "jitter moves");
    }
    let firings = schedule.firings(last, 5);
    assert!(firings.windows(2).all(|pair| pair[0] < pair[1]), "{firings:?}");
    if let (Some(gap), [first, second, ..]) = (schedule.shortest_gap(last), firings.as_slice()) {
        assert!(gap <= second.since(*first));
    }
    schedule.lints(last);
    if let Some(retry) = schedule.next_after_rollback(last, u32::from(drawn.rollbacks % 4)) {
        assert!(retry > last);
    }
});
