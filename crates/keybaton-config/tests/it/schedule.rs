//! Schedules as they are written.

use std::time::Duration;

use keybaton_core::schedule::Schedule;
use keybaton_types::Timestamp;

use crate::text::{load, refused};

fn text(schedule: &str) -> String {
    format!("version = 1\n[secret.a.env.prod]\nissuer = {{ type = \"http\" }}\n{schedule}\n")
}

fn schedule(written: &str) -> Schedule {
    load(&text(written)).unwrap().secrets.into_values().next().unwrap().schedule.unwrap()
}

#[test]
fn an_anchor_is_a_date_a_local_time_or_a_point_in_time() {
    let at = |anchor: &str| schedule(&format!("every = \"7d\"\ntime_zone = \"Europe/Amsterdam\"\n{anchor}")).anchor;
    let utc = |text: &str| Some(Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond()));
    assert_eq!(at("anchor = 2027-01-05T02:00:00Z"), utc("2027-01-05T02:00:00Z"));
    assert_eq!(at("anchor = \"2027-01-05T02:00:00+01:00\""), utc("2027-01-05T01:00:00Z"));
    assert_eq!(at("anchor = 2027-01-05T02:00:00"), utc("2027-01-05T01:00:00Z"));
    assert_eq!(at("anchor = 2027-07-05"), utc("2027-07-04T22:00:00Z"));
    assert!(refused(&text("every = \"7d\"\nanchor = \"soon\"")).starts_with("error: `anchor` is not a date\n"));
}

#[test]
fn without_days_a_window_opens_every_day() {
    let window = schedule("every = \"7d\"\nwindow = { from = \"22:00\", to = \"02:00\" }").window.unwrap();
    assert_eq!((window.days().iter().count(), window.length()), (7, Duration::from_hours(4)));
}

#[test]
fn schedules_that_cannot_be_are_refused() {
    let both = refused(&text("every = \"7d\"\ncron = \"0 2 * * *\""));
    assert!(both.starts_with("error: a schedule is `every` or `cron`, not both\n --> keybaton.toml:5:8\n"), "{both}");
    assert!(both.contains("note: `every` is here\n --> keybaton.toml:4:9\n"), "{both}");
    let cron = refused(&text("cron = \"0 25 * * *\""));
    assert!(cron.starts_with("error: `cron`: the hour \"25\" is not valid"), "{cron}");
    assert!(cron.contains("4 | cron = \"0 25 * * *\"\n") && cron.contains("hint: such as"), "{cron}");
    assert!(refused(&text("every = \"0s\"")).starts_with("error: `every`: an interval must be longer than zero\n"));
    let window = |window: &str| refused(&text(&format!("every = \"7d\"\nwindow = {{ {window} }}")));
    assert!(
        window("days = [\"tues\"], from = \"1:00\", to = \"2:00\"")
            .starts_with("error: `window`: \"tues\" is not a day")
    );
    assert!(window("from = \"25:00\", to = \"2:00\"").starts_with("error: `window`: \"25:00\" is not a time of day"));
    assert!(window("from = \"2:00\", to = \"2:00\"").starts_with("error: `window`: a window ends at another time"));
    assert!(window("from = \"2:00\"").starts_with("error: `to` is missing\n --> keybaton.toml:5:10\n"));
}
