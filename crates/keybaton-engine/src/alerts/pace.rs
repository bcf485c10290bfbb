//! How long the courier waits: between attempts, and before it tells an open alert again.

use std::time::Duration;

use keybaton_ports::{Due, Fared};
use keybaton_types::Timestamp;

/// The wait after the first attempt that failed; it doubles.
const FIRST: Duration = Duration::from_secs(5);

/// The longest wait of a channel: one that works again is known to within this.
const CHANNEL: Duration = Duration::from_mins(5);

/// The longest wait of a message that a channel does not take while it takes others.
const MESSAGE: Duration = Duration::from_hours(1);

/// An alert that is open and gets other words is told again no sooner than this.
const AGAIN: Duration = Duration::from_mins(10);

/// When a message is tried again that was tried so often.
pub(super) fn message(tries: u32) -> Duration {
    doubled(tries).min(MESSAGE)
}

/// Whether a channel may be tried now.
pub(super) fn may_try(fared: Option<&Fared>, now: Timestamp) -> bool {
    let Some((fared, failed)) = fared.filter(|fared| fared.is_failing()).and_then(|fared| Some((fared, fared.failed?)))
    else {
        return true;
    };
    let tries = u32::try_from(fared.failures - 1).unwrap_or(u32::MAX);
    now >= failed + doubled(tries).min(CHANNEL)
}

/// Whether something is told now: words that change often are told once in a while.
pub(super) fn is_ripe(due: &Due, now: Timestamp) -> bool {
    match due.told_open {
        Some(told) if due.notice.closed.is_none() => now >= told + AGAIN,
        Some(_) | None => true,
    }
}

fn doubled(times: u32) -> Duration {
    FIRST.saturating_mul(1 << times.min(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_somewhere() {
        let seconds = |tries| message(tries).as_secs();
        assert_eq!([seconds(0), seconds(1), seconds(2), seconds(10), seconds(u32::MAX)], [5, 10, 20, 3600, 3600]);
    }

    #[test]
    fn a_channel_that_failed_is_left_alone_for_a_while() {
        let fared = |failures| Fared {
            channel: "ops".to_owned(),
            told: None,
            failed: Some(Timestamp(0)),
            why: None,
            failures,
            messages: 0,
        };
        let at = |seconds: i64| Timestamp(seconds * 1_000_000);
        assert!(may_try(None, at(0)) && may_try(Some(&fared(0)), at(0)));
        assert!(!may_try(Some(&fared(1)), at(4)) && may_try(Some(&fared(1)), at(5)));
        assert!(!may_try(Some(&fared(40)), at(299)) && may_try(Some(&fared(40)), at(300)));
    }
}
