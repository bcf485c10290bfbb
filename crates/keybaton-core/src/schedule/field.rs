//! The fields of a cron expression.

use std::fmt;

/// A field of a cron expression, in the order of the six-field form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// 0 to 59; the six-field form alone has it.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31, `L` for the last day, `15W` for the weekday nearest to the 15th.
    DayOfMonth,
    /// 1 to 12 or `JAN` to `DEC`.
    Month,
    /// 0 to 7 or `SUN` to `SAT`, where 0 and 7 are Sunday; `MON#2` for the second Monday, `5L` for the last Friday.
    DayOfWeek,
}

impl Field {
    pub(super) const ALL: [Self; 6] =
        [Self::Second, Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];

    /// What the field takes, in words.
    pub fn takes(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0 to 59",
            Self::Hour => "0 to 23",
            Self::DayOfMonth => "1 to 31, L, or a day followed by W",
            Self::Month => "1 to 12 or JAN to DEC",
            Self::DayOfWeek => "0 to 7 or SUN to SAT",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        })
    }
}
