//! What names the times of a schedule.

use std::time::Duration;

use jiff::tz::TimeZone;
use keybaton_types::Timestamp;

use super::stamp::{stamp, whole_second};
use super::{Cron, CronError, Every, EveryError};

/// What names the times of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every so often, counted from the last rotation or from an anchor.
    Every(Every),
    /// Whenever a local clock matches.
    Cron(Cron),
}

impl Rule {
    /// The rule of an interval.
    pub fn every(period: Duration) -> Result<Self, EveryError> {
        Every::new(period).map(Self::Every)
    }

    /// The rule of a cron expression.
    pub fn cron(text: &str) -> Result<Self, CronError> {
        Cron::parse(text).map(Self::Cron)
    }
}

/// Where a rule counts from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) last: Timestamp,
    pub(super) anchor: Option<Timestamp>,
    pub(super) zone: &'a TimeZone,
}

impl Rule {
    /// The first time that the rule names at `from` or later.
    pub(super) fn at_or_after(&self, from: Timestamp, origin: Origin<'_>) -> Option<Timestamp> {
        match self {
            Self::Every(every) => match origin.anchor {
                Some(anchor) => every.grid(anchor, 0, from),
                None => every.grid(origin.last, 1, from),
            },
            Self::Cron(cron) => {
                let before = whole_second(Timestamp(from.0.checked_sub(1)?))?;
                cron.next_after(before, origin.zone).map(stamp)
            }
        }
    }
}
