//! Since when something has stood in a history, and for how long.

use std::time::SystemTime;

use keybaton_core::{civil, rotation::span};
use keybaton_scan::git::Birth;
use keybaton_types::Timestamp;

/// How much of a commit's name is shown.
const SHOWN: usize = 12;

/// The time on this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "the age of a commit is told by this machine's clock, and decides nothing"
)]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// When a commit was made, as it says itself.
pub(super) fn time(birth: &Birth) -> Timestamp {
    Timestamp(birth.seconds.saturating_mul(1_000_000))
}

/// `commit 0123456789ab of 2026-01-02T03:04:05Z by A <a@b>, 2d 3h ago`.
pub(super) fn words(birth: &Birth, now: Timestamp) -> String {
    let commit = birth.commit.as_str();
    let commit = commit.get(..SHOWN).unwrap_or(commit);
    let (made, age) = (civil::rfc3339(time(birth)), span::brief(now.since(time(birth))));
    format!("commit {commit} of {made} by {}, {age} ago", super::text::plain(&birth.author))
}
