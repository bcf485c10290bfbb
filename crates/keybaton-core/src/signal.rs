//! Signals: counts of calls that somebody else's metrics tell, and when they are a storm. The arithmetic is that of R13:
//! refusals are compared with the same consumer's own rate before, in whole numbers, above a floor.
//!
//! | before | now | a storm? |
//! |---|---|---|
//! | nothing known | 9 refused | no: fewer than ten prove nothing |
//! | nothing known | 10 refused of 100 | yes: a rate of zero is exceeded by any |
//! | 5 of 100 refused | 24 of 100 | no: less than five times as many |
//! | 5 of 100 refused | 25 of 100 | yes |
//! | 50 of 100 refused | 100 of 100 | no: it was no better before |

use crate::{health::FLOOR, ledger::Calls};

/// How calls of one consumer ended in a stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub calls: u64,
    /// Those that were refused with 401 or 403.
    pub refused: u64,
}

/// A consumer fails when its rate of refusals is this many times the one it had before.
const SPIKE: u64 = 5;

/// More calls than this are an old story: what came later weighs as much as all of it.
const LONG: u64 = 100_000;

impl Tally {
    /// This stretch and the next one; an old story loses half of its weight.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        let old = if self.calls > LONG { Self { calls: self.calls / 2, refused: self.refused / 2 } } else { self };
        Self { calls: old.calls.saturating_add(next.calls), refused: old.refused.saturating_add(next.refused) }
    }

    /// How this stretch differs from the one of totals before it. A total that has become smaller began anew.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        let grown = |now: u64, before: u64| if now < before { now } else { now - before };
        let refused = grown(self.refused, before.refused);
        Self { calls: grown(self.calls, before.calls).max(refused), refused }
    }

    /// Whether refusals in this stretch stand out against those before: `refused / calls >= 5 × before`. Whose key they
    /// were about nobody says, so they may be few among many; what follows is a look, and no rollback.
    pub fn storms(self, before: Self) -> bool {
        self.refused >= FLOOR && self.exceeds(before)
    }

    /// Whether the rate of refusals is five times the one before, or there is none to compare with. In whole numbers:
    /// `refused / calls >= 5 × refused / calls` of before.
    pub(crate) fn exceeds(self, before: Self) -> bool {
        let wide = |a: u64, b: u64| u128::from(a) * u128::from(b);
        before.calls == 0
            || wide(self.refused, before.calls) >= wide(before.refused, self.calls).saturating_mul(u128::from(SPIKE))
    }
}

impl From<Calls> for Tally {
    fn from(calls: Calls) -> Self {
        Self { calls: calls.count(), refused: calls.refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(refused: u64, calls: u64) -> Tally {
        Tally { calls, refused }
    }

    #[test]
    fn refusals_are_compared_with_the_same_consumers_own_rate_above_a_floor() {
        for (before, now, storms) in [
            (tally(0, 0), tally(9, 9), false),
            (tally(0, 0), tally(10, 100), true),
            (tally(5, 100), tally(24, 100), false),
            (tally(5, 100), tally(25, 100), true),
            (tally(50, 100), tally(100, 100), false),
            (tally(0, 1_000), tally(10, 10_000), true),
            (tally(u64::MAX, u64::MAX), tally(u64::MAX, u64::MAX), false),
        ] {
            assert_eq!(now.storms(before), storms, "{now:?} after {before:?}");
        }
    }

    #[test]
    fn a_total_that_begins_anew_counts_from_nothing() {
        assert_eq!(tally(12, 120).since(tally(10, 100)), tally(2, 20));
        assert_eq!(tally(3, 30).since(tally(10, 100)), tally(3, 30), "the service was restarted");
        assert_eq!(tally(7, 5).since(tally(0, 0)), tally(7, 7), "no more can be refused than were made");
    }

    #[test]
    fn an_old_story_fades() {
        let old = tally(LONG, LONG + 2);
        assert_eq!(old.and(tally(1, 10)), tally(LONG / 2 + 1, LONG / 2 + 11));
        assert_eq!(tally(u64::MAX, u64::MAX).and(tally(1, u64::MAX)).calls, u64::MAX);
    }
}
