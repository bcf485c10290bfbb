//! Time in the model: one second is a tick, and now never moves.

use std::time::Duration;

use keybaton_types::Timestamp;

/// One tick.
pub(crate) const TICK: Duration = Duration::from_secs(1);

const MICROS: i64 = 1_000_000;

/// The tick that is now.
const PRESENT: i64 = 100;

/// Now: late in its tick, so that whatever was set for this tick is due.
pub(crate) const NOW: Timestamp = Timestamp(PRESENT * MICROS + 900_000);

/// So many ticks.
pub(crate) fn ticks(count: u32) -> Duration {
    TICK * count
}

/// In how many ticks `at` comes; negative when it has passed.
pub(crate) fn distance(at: Timestamp) -> i64 {
    at.0.div_euclid(MICROS) - PRESENT
}

/// The start of the tick that is `distance` away.
pub(crate) fn tick(distance: i64) -> Timestamp {
    Timestamp((PRESENT + distance) * MICROS)
}

/// A deadline: later than now it is at least one tick away and at most two; passed it is just passed.
pub(crate) fn deadline(at: Timestamp) -> Timestamp {
    if at > NOW { tick(distance(at).clamp(1, 2)) } else { tick(-1) }
}

/// A moment from which time is counted, no further back than `horizon` ticks. It lies in the middle of its tick, so that
/// what was seen in the same tick can lie before or after it.
pub(crate) fn origin(at: Timestamp, horizon: i64) -> Timestamp {
    Timestamp(tick(distance(at).clamp(-horizon, 0)).0 + 500_000)
}

/// The start of the tick of a past moment, no further back than `horizon` ticks.
pub(crate) fn floor(at: Timestamp, horizon: i64) -> Timestamp {
    tick(distance(at).clamp(-horizon, 0))
}
