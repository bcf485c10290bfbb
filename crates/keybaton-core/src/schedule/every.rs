//! An interval of exact elapsed time.

use std::time::Duration;

use keybaton_types::Timestamp;

const LONGEST: Duration = Duration::from_hours(100 * 366 * 24);

/// An interval between rotations, from a microsecond to a hundred years, in exact elapsed time: daylight saving does
/// not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Every {
    micros: i64,
}

/// Why a duration can't be an interval between rotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EveryError {
    /// It is shorter than a microsecond.
    #[error("an interval must be longer than zero")]
    Zero,
    /// It is longer than a hundred years.
    #[error("an interval is at most a hundred years")]
    TooLong,
}

impl Every {
    /// Checks an interval.
    pub fn new(period: Duration) -> Result<Self, EveryError> {
        if period > LONGEST {
            return Err(EveryError::TooLong);
        }
        match i64::try_from(period.as_micros()) {
            Ok(0) => Err(EveryError::Zero),
            Ok(micros) => Ok(Self { micros }),
            Err(_) => Err(EveryError::TooLong),
        }
    }

    /// The interval as a duration.
    pub fn period(self) -> Duration {
        Duration::from_micros(self.micros.unsigned_abs())
    }

    /// The first `base + k * every` with `k >= least` that is not earlier than `from`; none past the end of time.
    pub(super) fn grid(self, base: Timestamp, least: u32, from: Timestamp) -> Option<Timestamp> {
        let (base, period) = (i128::from(base.0), i128::from(self.micros));
        let distance = i128::from(from.0) - base;
        let steps = distance.div_euclid(period) + i128::from(distance.rem_euclid(period) != 0);
        i64::try_from(base + steps.max(i128::from(least)) * period).ok().map(Timestamp)
    }
}
