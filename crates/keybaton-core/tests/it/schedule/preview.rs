//! What `config check` shows: the next firings, the shortest gap, and lints.

use keybaton_core::schedule::{Lint, Schedule};

use super::given::{DAY, HOUR, MINUTE, at, cron, cron_in, every, listed, midweek, window};

const FROM: &str = "2027-01-02T00:00:00Z";

#[test]
fn the_articles_expression_fires_on_the_1st_and_the_31st() {
    assert_eq!(
        listed(&cron_in("0 0 2 */30 * *", "Europe/Berlin"), FROM, 6),
        [
            "2027-01-31T02:00:00+01:00",
            "2027-02-01T02:00:00+01:00",
            "2027-03-01T02:00:00+01:00",
            "2027-03-31T02:00:00+02:00",
            "2027-04-01T02:00:00+02:00",
            "2027-05-01T02:00:00+02:00"
        ]
    );
}

#[test]
fn the_articles_expression_gets_a_day_as_its_gap_and_an_offer() {
    let article = cron("0 0 2 */30 * *");
    let lint = Lint::DayStep { step: 30, every: 30 * DAY, shortest: Some(DAY) };
    assert_eq!(article.shortest_gap(at(FROM)), Some(DAY));
    assert_eq!(article.lints(at(FROM)), [lint]);
    assert!(lint.to_string().ends_with("use every = \"30d\""), "{lint}");
}

#[test]
fn min_interval_mends_the_articles_gap() {
    let spaced = Schedule { min_interval: Some(20 * DAY), ..cron("0 0 2 */30 * *") };
    assert_eq!(spaced.shortest_gap(at(FROM)), Some(29 * DAY));
}

#[test]
fn the_shortest_gap_is_found_across_daylight_saving_and_rare_dates() {
    let table = [
        (every(30 * DAY), Some(30 * DAY)),
        (cron("0 0 2 * * *"), Some(DAY)),
        (cron_in("0 0 2 * * *", "Europe/Berlin"), Some(23 * HOUR)),
        (cron("0 0 29 2 *"), Some(1461 * DAY)),
        (cron("* * * * * *"), Some(MINUTE / 60)),
        (Schedule { window: Some(midweek()), ..every(DAY) }, Some(DAY)),
    ];
    for (schedule, gap) in table {
        assert_eq!(schedule.shortest_gap(at(FROM)), gap, "{schedule:?}");
    }
}

#[test]
fn a_step_over_the_days_of_the_month_is_a_lint() {
    let found = |text: &str| cron(text).lints(at(FROM));
    for (text, step) in [("0 2 */2 * *", 2), ("0 0 2 1-31/7 * *", 7), ("0 2 15,*/10 * *", 10), ("0 2 ?/3 * *", 3)] {
        assert!(matches!(found(text).as_slice(), [Lint::DayStep { step: found, .. }] if *found == step), "{text}");
    }
    for text in ["*/5 2 * * *", "0 */2 1 * *", "0 2 */1 * *", "0 2 1-14/7 * *", "0 0 2 * */3 *", "0 2 * * */2"] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn an_interval_that_misses_its_own_window_is_a_lint() {
    let tuesdays = window(&["tue"], "02:00", "05:00");
    let weekly = Schedule { window: Some(tuesdays), ..every(7 * DAY) };
    let lint = Lint::UnanchoredWindow { every: 7 * DAY, closed: 165 * HOUR };
    assert_eq!(weekly.lints(at(FROM)), [lint]);
    // A rotation that ended at 05:10 moves the next one by two weeks; with an anchor it does not.
    assert_eq!(weekly.firings(at("2027-01-05T05:10:00Z"), 1), [at("2027-01-19T02:00:00Z")]);
    let anchored = Schedule { anchor: Some(at("2027-01-05T02:00:00Z")), ..weekly };
    assert_eq!(anchored.firings(at("2027-01-05T05:10:00Z"), 1), [at("2027-01-12T02:00:00Z")]);
    assert_eq!(anchored.lints(at(FROM)), []);
    assert_eq!(Schedule { window: Some(tuesdays), ..every(30 * DAY) }.lints(at(FROM)), []);
}

#[test]
fn an_anchor_beside_cron_is_a_lint() {
    let schedule = Schedule { anchor: Some(at(FROM)), ..cron("0 2 * * *") };
    assert_eq!(schedule.lints(at(FROM)), [Lint::UnusedAnchor]);
}
