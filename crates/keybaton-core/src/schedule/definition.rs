//! The schedule of one secret in one environment.

use std::time::Duration;

use jiff::tz::TimeZone;
use keybaton_types::Timestamp;

use super::{Rule, Window};

/// When a secret is rotated. Every combination of its fields is valid; some get a [`Lint`](super::Lint).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What names the times.
    pub rule: Rule,
    /// Less than this after the last rotation nothing fires; a time that comes earlier is skipped.
    pub min_interval: Option<Duration>,
    /// When a rotation may start; always, if absent.
    pub window: Option<Window>,
    /// The zone in which `cron` and the window are read. `every` is elapsed time and knows no zone.
    pub time_zone: TimeZone,
    /// A firing is delayed by less than this.
    pub jitter: Duration,
    /// Where `every` counts from, instead of the last rotation: the anchor is the first firing. `cron` ignores it.
    pub anchor: Option<Timestamp>,
}

impl Schedule {
    /// Follows `rule` alone: in UTC, at any hour, without jitter.
    pub fn new(rule: Rule) -> Self {
        Self { rule, min_interval: None, window: None, time_zone: TimeZone::UTC, jitter: Duration::ZERO, anchor: None }
    }
}
