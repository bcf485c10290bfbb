//! What instances report of their calls: counts since the first one, and in two stretches of time that move along.

use std::time::Duration;

use keybaton_types::{CredentialNo, Timestamp};
use serde::{Deserialize, Serialize};

/// What an instance reports of its calls with one credential.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Report {
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// Which credential.
    pub credential: CredentialNo,
    /// Calls that authenticated, since the first one.
    pub ok: u64,
    /// Calls that were refused with 401 or 403, since the first one.
    pub refused: u64,
    /// When it was refused last.
    pub refused_at: Option<Timestamp>,
    /// The last five to ten minutes. The store fills it in; what an instance tells has none.
    #[serde(default)]
    pub lately: Stretch,
    /// The last one to two days in which it called. The store fills it in.
    #[serde(default)]
    pub days: Stretch,
}

/// Calls, by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Calls {
    /// Those that authenticated.
    pub ok: u64,
    /// Those that were refused with 401 or 403.
    pub refused: u64,
}

/// The calls of the newest stretch in which there were some, and of the one right before it: two numbers that cost the
/// same however long a credential lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stretch {
    /// When the newest one began.
    pub since: Timestamp,
    /// Its calls.
    pub calls: Calls,
    /// The calls of the one before it.
    pub before: Calls,
}

impl Report {
    /// How long a stretch of [`Report::lately`] is.
    pub const LATELY: Duration = Duration::from_mins(5);

    /// How long a stretch of [`Report::days`] is.
    pub const DAY: Duration = Duration::from_hours(24);

    /// All calls.
    pub fn whole(&self) -> Calls {
        Calls { ok: self.ok, refused: self.refused }
    }

    /// The calls of the last five to ten minutes.
    pub fn lately(&self, now: Timestamp) -> Calls {
        let over = now.since(self.lately.since) >= Self::LATELY * 2;
        if over { Calls::default() } else { self.lately.sum() }
    }

    /// Adds the counts of another report of the same instance and credential, which was told at `at`.
    pub fn add(&mut self, told: &Self, at: Timestamp) {
        let calls = told.whole();
        self.ok = self.ok.saturating_add(calls.ok);
        self.refused = self.refused.saturating_add(calls.refused);
        self.refused_at = self.refused_at.max(told.refused_at);
        self.lately.add(calls, at, Self::LATELY);
        self.days.add(calls, at, Self::DAY);
    }
}

impl Calls {
    /// How many.
    pub fn count(self) -> u64 {
        self.ok.saturating_add(self.refused)
    }
}

impl std::ops::Add for Calls {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { ok: self.ok.saturating_add(other.ok), refused: self.refused.saturating_add(other.refused) }
    }
}

impl std::iter::Sum for Calls {
    fn sum<I: Iterator<Item = Self>>(calls: I) -> Self {
        calls.fold(Self::default(), |sum, calls| sum + calls)
    }
}

impl Stretch {
    /// The calls of both stretches.
    pub fn sum(&self) -> Calls {
        self.calls + self.before
    }

    /// The start of the stretch that a moment lies in.
    pub fn start(at: Timestamp, width: Duration) -> Timestamp {
        let width = i64::try_from(width.as_micros()).unwrap_or(i64::MAX);
        Timestamp(at.0 - at.0.rem_euclid(width))
    }

    /// Counts calls. What comes late, because a clock went back, counts to the newest stretch.
    fn add(&mut self, calls: Calls, at: Timestamp, width: Duration) {
        let start = Self::start(at, width);
        if start <= self.since {
            self.calls = self.calls + calls;
            return;
        }
        self.before = if start == self.since + width { self.calls } else { Calls::default() };
        (self.since, self.calls) = (start, calls);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(at: Timestamp, ok: u64, refused: u64) -> Report {
        Report { ok, refused, refused_at: (refused > 0).then_some(at), ..Report::default() }
    }

    fn noted(told_at: &[(u64, u64, u64)]) -> Report {
        let mut report = Report::default();
        for &(minute, ok, refused) in told_at {
            let at = minutes(minute);
            report.add(&told(at, ok, refused), at);
        }
        report
    }

    fn minutes(count: u64) -> Timestamp {
        Timestamp(86_400_000_000 * 20_000) + Duration::from_mins(count)
    }

    #[test]
    fn lately_is_the_present_five_minutes_and_those_before() {
        let report = noted(&[(1, 100, 0), (6, 10, 1), (12, 1, 2)]);
        assert_eq!(report.whole(), Calls { ok: 111, refused: 3 });
        assert_eq!(report.lately(minutes(12)), Calls { ok: 11, refused: 3 });
        assert_eq!(report.lately(minutes(19)), Calls { ok: 11, refused: 3 });
        assert_eq!(report.lately(minutes(20)), Calls::default(), "nothing was told since");
    }

    #[test]
    fn a_stretch_without_calls_forgets_the_one_before_it() {
        assert_eq!(noted(&[(1, 100, 0), (11, 1, 0)]).lately(minutes(11)), Calls { ok: 1, refused: 0 });
    }

    #[test]
    fn what_comes_late_counts_to_the_newest_stretch() {
        assert_eq!(noted(&[(11, 1, 0), (1, 5, 0)]).lately(minutes(11)), Calls { ok: 6, refused: 0 });
    }

    #[test]
    fn days_stay_however_long_nobody_calls() {
        let day = 24 * 60;
        let report = noted(&[(1, 100, 0), (day, 10, 1), (2 * day + 5, 1, 2)]);
        assert_eq!(report.days.sum(), Calls { ok: 11, refused: 3 });
    }
}
