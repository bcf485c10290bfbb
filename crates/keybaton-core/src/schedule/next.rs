//! The next firing of a schedule.

use std::time::Duration;

use keybaton_types::Timestamp;

use super::jitter::delay;
use super::opening::Opening;
use super::rule::Origin;
use super::stamp::plus;
use super::{Firing, Schedule};

impl Schedule {
    /// The next firing after `last`, the time of adoption or the end of the last finished rotation.
    ///
    /// A firing that was missed while nobody ran is the answer until a rotation moves `last`: it is due at `now`, or,
    /// when its window is over, in the one that is open at `now` or opens next. `seed` names the secret; it chooses the
    /// jitter together with the time that the rule names, so neither a restart nor another replica draws it again.
    ///
    /// None when the rule names no time before the end of the calendar.
    pub fn next(&self, last: Timestamp, now: Timestamp, seed: &str) -> Option<Firing> {
        let planned = self.planned(last)?;
        let opening = self.opening_at(planned.at)?;
        let (start, closes) = if opening.closes > now {
            (planned.at, opening.closes)
        } else {
            let late = self.opening_at(now)?;
            (late.opens, late.closes)
        };
        // Less room means less jitter, rather than a crowd at the window's end.
        let room = self.jitter.min(closes.since(start));
        Some(Firing { at: plus(start, delay(seed, planned.named, room))?, ..planned })
    }

    /// `at`, or the window's next opening when it is closed then.
    pub fn admits(&self, at: Timestamp) -> Option<Timestamp> {
        Some(self.opening_at(at)?.opens.max(at))
    }

    /// The next firing after `last` without jitter, and as if it were performed in time.
    pub(super) fn planned(&self, last: Timestamp) -> Option<Firing> {
        let origin = Origin { last, anchor: self.anchor, zone: &self.time_zone };
        let named = self.rule.at_or_after(self.earliest_name(last)?, origin)?;
        Some(Firing { named, at: self.admits(named)? })
    }

    /// The earliest time that the rule may name, so that `min_interval` holds for what the window makes of it: a time
    /// before `last + min_interval` counts when the window delays it until later.
    fn earliest_name(&self, last: Timestamp) -> Option<Timestamp> {
        let after = plus(last, Duration::from_micros(1))?;
        let bound = plus(last, self.min_interval.unwrap_or_default())?;
        let earliest = match &self.window {
            Some(window) if self.opening_at(bound)?.opens > bound => {
                Opening::before(window, &self.time_zone, bound).map_or(bound, |over| over.closes)
            }
            _ => bound,
        };
        Some(earliest.max(after))
    }

    /// The window's occurrence that is open at `at`, or the next one.
    fn opening_at(&self, at: Timestamp) -> Option<Opening> {
        match &self.window {
            Some(window) => Opening::at_or_after(window, &self.time_zone, at),
            None => Some(Opening::ALWAYS),
        }
    }
}
