//! One occurrence of a window: the instants between which it is open.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use keybaton_types::Timestamp;

use super::Window;
use super::shift::resolve;
use super::stamp::{instant, plus, stamp};

/// Days to look at on either side: a week, and one for windows that cross midnight or zones that skip a day.
const REACH: i32 = 9;

/// One occurrence of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// The first instant inside.
    pub(super) opens: Timestamp,
    /// The first instant after it.
    pub(super) closes: Timestamp,
}

impl Opening {
    /// What a schedule without a window has.
    pub(super) const ALWAYS: Self = Self { opens: Timestamp(i64::MIN), closes: Timestamp(i64::MAX) };

    /// The occurrence that is open at `at`, or the next one.
    pub(super) fn at_or_after(window: &Window, zone: &TimeZone, at: Timestamp) -> Option<Self> {
        let today = zone.to_datetime(instant(at)?).date();
        (-2..=REACH).filter_map(|days| Self::on(window, zone, moved(today, days)?)).find(|opening| opening.closes > at)
    }

    /// The last occurrence that is over at `at`.
    pub(super) fn before(window: &Window, zone: &TimeZone, at: Timestamp) -> Option<Self> {
        let today = zone.to_datetime(instant(at)?).date();
        (-REACH..=1)
            .rev()
            .filter_map(|days| Self::on(window, zone, moved(today, days)?))
            .find(|opening| opening.closes <= at)
    }

    fn on(window: &Window, zone: &TimeZone, date: Date) -> Option<Self> {
        let (from, to) = window.on(date)?;
        let (opens, closes) = (stamp(resolve(zone, from)?), stamp(resolve(zone, to)?));
        let closes = if opens < closes { closes } else { plus(opens, window.length())? };
        Some(Self { opens, closes })
    }
}

fn moved(date: Date, days: i32) -> Option<Date> {
    date.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}
