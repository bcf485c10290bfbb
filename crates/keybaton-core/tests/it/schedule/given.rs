//! Short ways to write schedules and times.

#![expect(clippy::unwrap_used, reason = "a test that is written wrongly may stop here")]

use std::time::Duration;

use jiff::tz::TimeZone;
use keybaton_core::schedule::{Rule, Schedule, Window};
use keybaton_types::Timestamp;

pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);
pub(crate) const SEED: &str = "payments/prod";

/// The instant of an RFC 3339 text.
pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// What a clock in `zone` shows, to read failures by.
pub(crate) fn shown(at: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_microsecond(at.0).unwrap();
    instant.display_with_offset(zone.to_offset(instant)).to_string()
}

pub(crate) fn every(period: Duration) -> Schedule {
    Schedule::new(Rule::every(period).unwrap())
}

pub(crate) fn cron(text: &str) -> Schedule {
    Schedule::new(Rule::cron(text).unwrap())
}

pub(crate) fn cron_in(text: &str, name: &str) -> Schedule {
    Schedule { time_zone: zone(name), ..cron(text) }
}

pub(crate) fn window(days: &[&str], from: &str, to: &str) -> Window {
    Window::parse(days, from, to).unwrap()
}

/// The window of DESIGN section 6.
pub(crate) fn midweek() -> Window {
    window(&["tue", "wed", "thu"], "02:00", "05:00")
}

/// The time of the next firing, asked for at `last`.
pub(crate) fn next(schedule: &Schedule, last: &str) -> String {
    let last = at(last);
    shown(schedule.next(last, last, SEED).unwrap().at, &schedule.time_zone)
}

/// The next firings as a clock in the schedule's zone shows them.
pub(crate) fn listed(schedule: &Schedule, from: &str, count: usize) -> Vec<String> {
    schedule.firings(at(from), count).into_iter().map(|at| shown(at, &schedule.time_zone)).collect()
}
