//! How long a value may be used, by two clocks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybaton_types::{Moment, Timestamp};

use crate::clock::later;

/// The longest span that is believed: a year. A server that says more means "for ever", and that is no term.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// What is left of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// How long the value may be used without asking again.
    pub ttl: Duration,
    /// How much longer it may be used while nobody answers.
    pub max_stale: Duration,
}

/// Where in its term a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It may be used without asking.
    Fresh,
    /// It may be used while nobody answers.
    Stale,
    /// It may not be used any more.
    Over,
}

/// The ends of a term as they are said and stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) fresh: Moment,
    pub(crate) end: Moment,
}

impl Ends {
    /// Of a value for which was asked at `sent`: the answer can only have been given later.
    pub(crate) fn counted_from(sent: Moment, ttl: Duration, max_stale: Duration) -> Self {
        let fresh = later(sent, ttl.min(LONGEST));
        Self { fresh, end: later(fresh, max_stale.min(LONGEST)) }
    }

    /// Of a value that may never be used.
    pub(crate) fn over() -> Self {
        let never = Moment { wall: Timestamp(i64::MIN), boot: i64::MIN, boot_id: 0 };
        Self { fresh: never, end: never }
    }
}

/// A term that can be put off while others read it. Each number bounds it by itself, so that a reader who sees an old and
/// a new one together sees a term that was true.
#[derive(Debug)]
pub(crate) struct Term {
    fresh_boot: AtomicI64,
    fresh_wall: AtomicI64,
    end_boot: AtomicI64,
    end_wall: AtomicI64,
}

impl Term {
    pub(crate) fn new(ends: Ends) -> Self {
        Self {
            fresh_boot: AtomicI64::new(ends.fresh.boot),
            fresh_wall: AtomicI64::new(ends.fresh.wall.0),
            end_boot: AtomicI64::new(ends.end.boot),
            end_wall: AtomicI64::new(ends.end.wall.0),
        }
    }

    /// Takes the ends of a later answer, earlier ones too: a server shortens terms before it rotates.
    pub(crate) fn set(&self, ends: Ends) {
        self.fresh_boot.store(ends.fresh.boot, Ordering::Relaxed);
        self.fresh_wall.store(ends.fresh.wall.0, Ordering::Relaxed);
        self.end_boot.store(ends.end.boot, Ordering::Relaxed);
        self.end_wall.store(ends.end.wall.0, Ordering::Relaxed);
    }

    /// Whether it may be used without asking: the one question of a cached read.
    #[inline]
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        now.boot < self.fresh_boot.load(Ordering::Relaxed) && now.wall.0 < self.fresh_wall.load(Ordering::Relaxed)
    }

    pub(crate) fn reach(&self, now: Moment) -> Reach {
        let inside =
            now.boot < self.end_boot.load(Ordering::Relaxed) && now.wall.0 < self.end_wall.load(Ordering::Relaxed);
        match (self.is_fresh(now), inside) {
            (true, _) => Reach::Fresh,
            (false, true) => Reach::Stale,
            (false, false) => Reach::Over,
        }
    }

    /// The ends as they are now, counted from the same start of the machine as `now`.
    pub(crate) fn ends(&self, now: Moment) -> Ends {
        let at = |boot: &AtomicI64, wall: &AtomicI64| Moment {
            wall: Timestamp(wall.load(Ordering::Relaxed)),
            boot: boot.load(Ordering::Relaxed),
            ..now
        };
        Ends { fresh: at(&self.fresh_boot, &self.fresh_wall), end: at(&self.end_boot, &self.end_wall) }
    }

    pub(crate) fn remaining(&self, now: Moment) -> Remaining {
        let left = |boot: &AtomicI64, wall: &AtomicI64| {
            let boot = boot.load(Ordering::Relaxed).saturating_sub(now.boot);
            let wall = wall.load(Ordering::Relaxed).saturating_sub(now.wall.0);
            Duration::from_micros(u64::try_from(boot.min(wall)).unwrap_or(0))
        };
        let (ttl, whole) = (left(&self.fresh_boot, &self.fresh_wall), left(&self.end_boot, &self.end_wall));
        Remaining { ttl, max_stale: whole.saturating_sub(ttl) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment { wall: Timestamp(1_000_000_000), boot: 500_000_000, boot_id: 1 };

    fn minute_and_two() -> Term {
        Term::new(Ends::counted_from(START, Duration::from_mins(1), Duration::from_mins(2)))
    }

    #[test]
    fn a_term_is_fresh_then_stale_then_over() {
        let term = minute_and_two();
        for (seconds, reach) in [(0, Reach::Fresh), (59, Reach::Fresh), (60, Reach::Stale), (179, Reach::Stale)] {
            assert_eq!(term.reach(later(START, Duration::from_secs(seconds))), reach, "after {seconds} s");
        }
        assert_eq!(term.reach(later(START, Duration::from_mins(3))), Reach::Over);
    }

    #[test]
    fn either_clock_alone_ends_a_term() {
        let (term, end) = (minute_and_two(), later(START, Duration::from_mins(3)));
        assert_eq!(term.reach(Moment { boot: end.boot, ..START }), Reach::Over);
        assert_eq!(term.reach(Moment { wall: end.wall, ..START }), Reach::Over);
        assert_eq!(term.remaining(Moment { wall: end.wall, ..START }).max_stale, Duration::ZERO);
    }

    #[test]
    fn what_is_left_shrinks_by_the_faster_clock() {
        let now = Moment { wall: START.wall + Duration::from_secs(50), ..later(START, Duration::from_secs(20)) };
        let left = minute_and_two().remaining(now);
        assert_eq!((left.ttl, left.max_stale), (Duration::from_secs(10), Duration::from_mins(2)));
    }

    #[test]
    fn a_term_without_bound_is_a_year() {
        let term = Term::new(Ends::counted_from(START, Duration::MAX, Duration::ZERO));
        assert_eq!(term.reach(later(START, LONGEST)), Reach::Over);
    }

    #[test]
    fn what_may_never_be_used_is_over() {
        assert_eq!(Term::new(Ends::over()).reach(Moment::default()), Reach::Over);
    }
}
