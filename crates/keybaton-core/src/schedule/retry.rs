//! When a rotation that was rolled back is tried again.

use std::time::Duration;

use keybaton_types::Timestamp;

use super::stamp::plus;
use super::{Rule, Schedule};

const SHORTEST: Duration = Duration::from_hours(1);

/// How often a rotation that was rolled back is tried again before it is held.
pub const MAX_RETRIES: u32 = 2;

/// The wait before a rotation that was rolled back is tried again: a tenth of the interval, at least an hour.
pub fn retry_after(every: Duration) -> Duration {
    SHORTEST.max(every / 10)
}

impl Schedule {
    /// When to try again after a rollback that ended at `ended`, with `attempts` retries made before; none after
    /// [`MAX_RETRIES`]: the secret is held.
    ///
    /// For `cron` the interval is the time from `ended` to the next firing. The window applies; `min_interval` and
    /// jitter do not, because a retry belongs to the firing that was rolled back. Whoever comes late asks
    /// [`Schedule::admits`] whether the window is still open.
    pub fn next_after_rollback(&self, ended: Timestamp, attempts: u32) -> Option<Timestamp> {
        if attempts >= MAX_RETRIES {
            return None;
        }
        let every = match &self.rule {
            Rule::Every(every) => every.period(),
            Rule::Cron(_) => self.planned(ended)?.at.since(ended),
        };
        self.admits(plus(ended, retry_after(every))?)
    }
}
