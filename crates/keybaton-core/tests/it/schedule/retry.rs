//! After a rollback: a retry, one more, and then a hold.

use keybaton_core::schedule::{MAX_RETRIES, Schedule, retry_after};

use super::given::{DAY, HOUR, MINUTE, at, cron, every, midweek};

#[test]
fn a_retry_waits_for_a_tenth_of_the_interval_and_at_least_an_hour() {
    for (every, wait) in [(30 * DAY, 3 * DAY), (10 * HOUR, HOUR), (MINUTE, HOUR), (11 * HOUR, 66 * MINUTE)] {
        assert_eq!(retry_after(every), wait);
    }
}

#[test]
fn a_rollback_is_retried_twice_and_then_held() {
    let schedule = every(30 * DAY);
    let ended = at("2027-01-05T09:30:00Z");
    assert_eq!(schedule.next_after_rollback(ended, 0), Some(ended + 3 * DAY));
    assert_eq!(schedule.next_after_rollback(ended, 1), Some(ended + 3 * DAY));
    for attempts in [MAX_RETRIES, 3, u32::MAX] {
        assert_eq!(schedule.next_after_rollback(ended, attempts), None);
    }
}

#[test]
fn a_retry_of_cron_waits_for_a_tenth_of_the_time_to_the_next_firing() {
    let ended = at("2027-01-01T02:00:00Z");
    assert_eq!(cron("0 2 1 * *").next_after_rollback(ended, 0), Some(ended + 31 * DAY / 10));
    assert_eq!(cron("*/5 * * * *").next_after_rollback(ended, 0), Some(ended + HOUR));
    // The firing that min_interval would skip is not the next one.
    let article = Schedule { min_interval: Some(20 * DAY), ..cron("0 0 2 */30 * *") };
    let ended = at("2027-01-31T02:00:00Z");
    assert_eq!(article.next_after_rollback(ended, 0), Some(ended + 29 * DAY / 10));
}

#[test]
fn a_retry_waits_for_the_window() {
    let schedule = Schedule { window: Some(midweek()), min_interval: Some(20 * DAY), ..every(10 * DAY) };
    assert_eq!(schedule.next_after_rollback(at("2027-01-05T04:30:00Z"), 0), Some(at("2027-01-06T04:30:00Z")),);
    assert_eq!(schedule.next_after_rollback(at("2027-01-07T04:30:00Z"), 1), Some(at("2027-01-12T02:00:00Z")),);
}
