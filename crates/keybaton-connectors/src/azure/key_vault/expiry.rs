//! The date of expiry of a version: for those who look at it. Nothing of ours is decided by it.

use std::time::{Duration, SystemTime};

/// When so much time is over, in seconds since 1970.
pub(super) fn after(span: Duration) -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a date that others read; nothing of ours is decided by it")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (now + span).as_secs()
}
