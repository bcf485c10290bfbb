//! Windows: what they take, and when they open and close.

use keybaton_core::schedule::{Days, Schedule, Window, WindowError};

use super::given::{DAY, HOUR, MINUTE, at, cron, cron_in, every, listed, midweek, next, shown, window, zone};

const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

#[test]
fn a_window_without_days_or_length_is_refused() {
    let none: [&str; 0] = [];
    assert_eq!(Window::parse(&none, "02:00", "05:00"), Err(WindowError::NoDays));
    assert_eq!(Window::parse(&["tue"], "02:00", "02:00"), Err(WindowError::Empty));
    assert_eq!(Window::parse(&["Tues"], "02:00", "05:00"), Err(WindowError::Day("Tues".to_owned())));
    for text in ["25:00", "24:00", "2", "02:00:30", "", "02:60"] {
        assert_eq!(Window::parse(&["tue"], text, "05:00"), Err(WindowError::Time(text.to_owned())), "{text}");
    }
    assert_eq!(Window::parse(&WEEK, "02:00", "05:00").unwrap().days(), Days::ALL);
}

#[test]
fn a_firing_outside_the_window_moves_to_the_next_opening() {
    let table = [
        // Monday noon, inside on Tuesday, on the opening, on the close, after the last day.
        ("2027-01-03T12:00:00Z", "2027-01-05T02:00:00+00:00"),
        ("2027-01-04T03:00:00Z", "2027-01-05T03:00:00+00:00"),
        ("2027-01-04T02:00:00Z", "2027-01-05T02:00:00+00:00"),
        ("2027-01-04T05:00:00Z", "2027-01-06T02:00:00+00:00"),
        ("2027-01-06T06:00:00Z", "2027-01-12T02:00:00+00:00"),
    ];
    let schedule = Schedule { window: Some(midweek()), ..every(DAY) };
    for (last, firing) in table {
        assert_eq!(next(&schedule, last), firing, "{last}");
    }
    let hourly = Schedule { window: Some(midweek()), ..cron("0 * * * *") };
    assert_eq!(
        listed(&hourly, "2027-01-07T02:30:00Z", 4),
        [
            "2027-01-07T03:00:00+00:00",
            "2027-01-07T04:00:00+00:00",
            "2027-01-12T02:00:00+00:00",
            "2027-01-12T03:00:00+00:00"
        ]
    );
}

#[test]
fn a_window_may_cross_midnight_and_belongs_to_the_day_on_which_it_opens() {
    let night = Schedule { window: Some(window(&["fri"], "23:00", "02:00")), ..every(DAY) };
    let table = [
        ("2027-01-07T22:00:00Z", "2027-01-08T23:00:00+00:00"),
        ("2027-01-07T23:30:00Z", "2027-01-08T23:30:00+00:00"),
        ("2027-01-08T01:59:00Z", "2027-01-09T01:59:00+00:00"),
        ("2027-01-08T02:00:00Z", "2027-01-15T23:00:00+00:00"),
    ];
    for (last, firing) in table {
        assert_eq!(next(&night, last), firing, "{last}");
    }
    let midnight = Schedule { window: Some(window(&["sun"], "22:00", "00:00")), ..every(DAY) };
    assert_eq!(next(&midnight, "2027-01-09T23:59:00Z"), "2027-01-10T23:59:00+00:00");
    assert_eq!(next(&midnight, "2027-01-10T00:00:00Z"), "2027-01-17T22:00:00+00:00");
}

#[test]
fn a_window_is_read_on_the_clock_of_its_zone() {
    let schedule = Schedule { window: Some(midweek()), time_zone: zone("Europe/Amsterdam"), ..every(DAY) };
    assert_eq!(next(&schedule, "2027-07-05T12:00:00Z"), "2027-07-07T02:00:00+02:00");
    assert_eq!(next(&schedule, "2027-01-04T12:00:00Z"), "2027-01-06T02:00:00+01:00");
}

#[test]
fn a_window_that_a_gap_swallows_is_held_after_it() {
    let nightly = Schedule { window: Some(window(&WEEK, "02:00", "03:00")), ..cron_in("30 2 * * *", "Europe/Berlin") };
    assert_eq!(
        listed(&nightly, "2027-03-27T00:00:00Z", 3),
        ["2027-03-27T02:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]
    );
    assert_eq!(nightly.admits(at("2027-03-28T03:59:59+02:00")), Some(at("2027-03-28T03:59:59+02:00")));
    assert_eq!(nightly.admits(at("2027-03-28T04:00:00+02:00")), Some(at("2027-03-29T02:00:00+02:00")));
}

#[test]
fn a_bound_in_a_gap_is_its_end_and_a_bound_that_comes_twice_is_the_first() {
    let half = Schedule { window: Some(window(&WEEK, "02:30", "05:00")), ..cron_in("0 0 * * *", "Europe/Berlin") };
    assert_eq!(next(&half, "2027-03-27T12:00:00Z"), "2027-03-28T03:00:00+02:00");
    assert_eq!(next(&half, "2027-10-30T12:00:00Z"), "2027-10-31T02:30:00+02:00");
    let early = Schedule { window: Some(window(&WEEK, "01:00", "02:30")), ..half };
    let closed = early.admits(at("2027-10-31T02:30:00+02:00")).unwrap();
    assert_eq!(shown(closed, &early.time_zone), "2027-11-01T01:00:00+01:00");
}

#[test]
fn a_window_knows_how_long_it_is_open_and_closed() {
    assert_eq!((midweek().length(), midweek().longest_closed()), (3 * HOUR, 117 * HOUR));
    let night = window(&["fri"], "23:00", "02:30");
    assert_eq!((night.length(), night.longest_closed()), (210 * MINUTE, 9_870 * MINUTE));
    let all = window(&WEEK, "00:00", "23:59");
    assert_eq!(all.longest_closed(), MINUTE);
}
