//! A set of weekdays.

use std::fmt;

use jiff::civil::Weekday;

/// A set of weekdays.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Days {
    bits: u8,
}

impl Days {
    /// Monday to Sunday.
    pub const ALL: Self = Self { bits: 0b111_1111 };

    /// True when no weekday is in it.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// True when `day` is in it.
    pub fn contains(self, day: Weekday) -> bool {
        self.bits & bit(day) != 0
    }

    /// The weekdays in it, from Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::Monday.cycle_forward().take(7).filter(move |&day| self.contains(day))
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<T: IntoIterator<Item = Weekday>>(days: T) -> Self {
        Self { bits: days.into_iter().map(bit).fold(0, |bits, bit| bits | bit) }
    }
}

impl fmt::Debug for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The weekday of `mon` to `sun`.
pub(super) fn weekday(text: &str) -> Option<Weekday> {
    let index = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|name| *name == text)?;
    Weekday::Monday.cycle_forward().nth(index)
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}
