//! The hours of the week in which a rotation may start.

use std::time::Duration;

use jiff::civil::{Date, Time};

use super::Days;
use super::days::weekday;

const DAY: Duration = Duration::from_hours(24);

/// The hours of the week in which a rotation may start, in the schedule's time zone.
///
/// `from` belongs to it, `to` does not. With `to` earlier than `from` it crosses midnight; `days` are the days on which
/// it opens, so `fri 23:00 to 02:00` closes on Saturday. A bound that daylight saving skips is the end of the gap, one
/// that comes twice is the first; a window that a gap swallows whole is held right after it, for its usual length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    days: Days,
    from: Time,
    to: Time,
}

/// Why a window can't be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It opens on no day.
    #[error("a window needs at least one day")]
    NoDays,
    /// It ends when it begins.
    #[error("a window ends at another time than it begins")]
    Empty,
    /// A text is not a weekday.
    #[error("{0:?} is not a day; days are mon, tue, wed, thu, fri, sat and sun")]
    Day(String),
    /// A text is not a time of day.
    #[error("{0:?} is not a time of day such as 02:00")]
    Time(String),
}

impl Window {
    /// Checks the parts of a window.
    pub fn new(days: Days, from: Time, to: Time) -> Result<Self, WindowError> {
        if days.is_empty() {
            return Err(WindowError::NoDays);
        }
        if from == to {
            return Err(WindowError::Empty);
        }
        Ok(Self { days, from, to })
    }

    /// Reads a window from days such as `tue` and times such as `02:00`.
    pub fn parse<T: AsRef<str>>(days: &[T], from: &str, to: &str) -> Result<Self, WindowError> {
        let named = |text: &T| weekday(text.as_ref()).ok_or_else(|| WindowError::Day(text.as_ref().to_owned()));
        let days: Days = days.iter().map(named).collect::<Result<_, _>>()?;
        Self::new(days, time(from)?, time(to)?)
    }

    /// The days on which it opens.
    pub fn days(&self) -> Days {
        self.days
    }

    /// When it opens.
    pub fn from(&self) -> Time {
        self.from
    }

    /// When it closes: the first time that is outside.
    pub fn to(&self) -> Time {
        self.to
    }

    /// How long it is open on a day without a change of the clock.
    pub fn length(&self) -> Duration {
        let open = self.to.duration_since(self.from);
        if self.crosses_midnight() { DAY.saturating_sub(open.unsigned_abs()) } else { open.unsigned_abs() }
    }

    /// The longest time for which it stays closed, between two openings of a week.
    pub fn longest_closed(&self) -> Duration {
        let until_next = |day: jiff::civil::Weekday| (1..=7).find(|&after| self.days.contains(day.wrapping_add(after)));
        let days = self.days.iter().filter_map(until_next).max().unwrap_or(7);
        (DAY * u32::try_from(days).unwrap_or(7)).saturating_sub(self.length())
    }

    /// The local bounds of the window that opens on `date`, if one does.
    pub(super) fn on(&self, date: Date) -> Option<(jiff::civil::DateTime, jiff::civil::DateTime)> {
        if !self.days.contains(date.weekday()) {
            return None;
        }
        let closes = if self.crosses_midnight() { date.tomorrow().ok()? } else { date };
        Some((date.to_datetime(self.from), closes.to_datetime(self.to)))
    }

    fn crosses_midnight(&self) -> bool {
        self.to < self.from
    }
}

fn time(text: &str) -> Result<Time, WindowError> {
    Time::strptime("%H:%M", text).map_err(|_| WindowError::Time(text.to_owned()))
}
