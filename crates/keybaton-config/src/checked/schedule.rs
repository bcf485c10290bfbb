//! When a secret is rotated by itself.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use keybaton_core::schedule::{Rule, Schedule, Window};
use keybaton_types::Timestamp;

use super::check::{Check, Used};
use crate::node::{Located, Span};
use crate::problem::Problem;
use crate::{raw, suggest};

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Builds the schedule of merged terms; none without `every` and `cron`, and none after an error.
pub(super) fn build(check: &mut Check, terms: &raw::Terms) -> Option<Schedule> {
    let scheduled = terms.every.is_some() || terms.cron.is_some();
    note_fields(check, terms, if scheduled { Used::Yes } else { Used::No });
    let rule = rule(check, terms);
    let time_zone = match &terms.time_zone {
        Some(name) => time_zone(check, name),
        None => Some(TimeZone::UTC),
    };
    let window = terms.window.as_ref().and_then(|raw| window(check, raw));
    let anchor =
        terms.anchor.as_ref().zip(time_zone.as_ref()).and_then(|(raw, time_zone)| anchor(check, raw, time_zone));
    Some(Schedule {
        rule: rule?,
        min_interval: terms.min_interval.as_ref().map(|interval| interval.value.0),
        window,
        time_zone: time_zone?,
        jitter: terms.jitter.as_ref().map_or(Duration::ZERO, |jitter| jitter.value.0),
        anchor,
    })
}

/// Notes which fields a schedule uses, so that those that none uses get a warning.
fn note_fields(check: &mut Check, terms: &raw::Terms, used: Used) {
    let fields: [(Option<&Span>, &'static str); 5] = [
        (terms.anchor.as_ref().map(|field| &field.span), "anchor"),
        (terms.min_interval.as_ref().map(|field| &field.span), "min_interval"),
        (terms.window.as_ref().map(|field| &field.span), "window"),
        (terms.time_zone.as_ref().map(|field| &field.span), "time_zone"),
        (terms.jitter.as_ref().map(|field| &field.span), "jitter"),
    ];
    for (span, name) in fields {
        if let Some(span) = span {
            check.schedule_field(span, name, used);
        }
    }
}

fn rule(check: &mut Check, terms: &raw::Terms) -> Option<Rule> {
    match (&terms.every, &terms.cron) {
        (None, None) => None,
        (Some(every), Some(cron)) => check.refuse(
            Problem::new(cron.span.clone(), "a schedule is `every` or `cron`, not both")
                .showing()
                .beside(every.span.clone(), "`every` is here")
                .hinted("remove one of them"),
        ),
        (Some(every), None) => match Rule::every(every.value.0) {
            Ok(rule) => Some(rule),
            Err(error) => check.refuse(Problem::new(every.span.clone(), format!("`every`: {error}")).showing()),
        },
        (None, Some(cron)) => match Rule::cron(&cron.value) {
            Ok(rule) => Some(rule),
            Err(error) => check.refuse(
                Problem::new(cron.span.clone(), format!("`cron`: {error}"))
                    .showing()
                    .hinted("such as \"0 2 * * 1\" for Mondays at 2:00; `every = \"30d\"` needs no cron"),
            ),
        },
    }
}

fn time_zone(check: &mut Check, name: &Located<String>) -> Option<TimeZone> {
    if let Ok(zone) = TimeZone::get(&name.value) {
        return Some(zone);
    }
    let message = format!("there is no time zone `{}`", name.value.escape_debug());
    let problem = Problem::new(name.span.clone(), message).showing();
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    check.refuse(match suggest::closest(&name.value, names.iter().map(String::as_str)) {
        Some(close) => problem.hinted(format!("did you mean `{close}`?")),
        None => problem.hinted("use a name of the IANA database, such as Europe/Amsterdam or UTC"),
    })
}

fn window(check: &mut Check, raw: &Located<raw::Window>) -> Option<Window> {
    let days = raw.value.days.as_ref().map(|days| days.value.as_slice());
    let parsed = match days {
        Some(days) => Window::parse(days, &raw.value.from.value, &raw.value.to.value),
        None => Window::parse(&WEEK, &raw.value.from.value, &raw.value.to.value),
    };
    match parsed {
        Ok(window) => Some(window),
        Err(error) => check.refuse(Problem::new(raw.span.clone(), format!("`window`: {error}"))),
    }
}

/// A point in time, or a local time in the schedule's zone.
fn anchor(check: &mut Check, raw: &Located<String>, zone: &TimeZone) -> Option<Timestamp> {
    let text = raw.value.as_str();
    let local = || text.parse::<DateTime>().ok().and_then(|civil| zone.to_timestamp(civil).ok());
    match text.parse::<jiff::Timestamp>().ok().or_else(local) {
        Some(at) => Some(Timestamp(at.as_microsecond())),
        None => check.refuse(
            Problem::new(raw.span.clone(), "`anchor` is not a date")
                .showing()
                .hinted("such as 2027-01-05, 2027-01-05T02:00:00 or 2027-01-05T02:00:00Z"),
        ),
    }
}
