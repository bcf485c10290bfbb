//! How long to wait before the next try. Jitter is not drawn here: a rotation is driven by one engine at a time.

use std::time::Duration;

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_mins(5);

/// From this many failed tries on, a rotation is held, and goes on trying.
pub(super) const PATIENCE: u8 = 4;

/// The pause after so many failed tries: 1 s, 2 s, 4 s … up to 5 minutes.
pub(super) fn after(tries: u8) -> Duration {
    Duration::from_secs(1 << u32::from(tries.min(9))).min(LONGEST)
}

/// The longest pause between two looks at what a person has to do.
const LONGEST_ERRAND: Duration = Duration::from_hours(1);

/// The pause between two looks whether a person has done it: ever longer, because nobody knows when. `keybaton resume`
/// looks at once.
pub(super) fn errand(asked: Duration, every: Duration) -> Duration {
    (asked / 16).min(LONGEST_ERRAND).max(every)
}

/// The pause between two probes of a credential that may need time to become known everywhere.
pub(super) fn proof(propagation: Duration, every: Duration) -> Duration {
    (propagation / 8).clamp(Duration::from_millis(250), Duration::from_secs(5)).min(every.max(Duration::from_millis(1)))
}
