//! Between our microseconds and jiff's instants.

use std::time::Duration;

use keybaton_types::Timestamp;

const SECOND: i64 = 1_000_000;

/// The same instant for jiff; none beyond the years -9999 to 9999.
pub(super) fn instant(at: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at.0).ok()
}

/// The last whole second that is not later than `at`.
pub(super) fn whole_second(at: Timestamp) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(at.0.div_euclid(SECOND)).ok()
}

/// The same instant for us.
pub(super) fn stamp(at: jiff::Timestamp) -> Timestamp {
    Timestamp(at.as_microsecond())
}

/// `at + span`, or none past the end of time: a saturated sum would be a firing that nobody asked for.
pub(super) fn plus(at: Timestamp, span: Duration) -> Option<Timestamp> {
    at.0.checked_add(i64::try_from(span.as_micros()).ok()?).map(Timestamp)
}
