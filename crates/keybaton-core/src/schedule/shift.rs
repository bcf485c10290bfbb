//! Where local clocks were put forward (a gap) or back (a fold).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// One change of a local clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first instant with the new offset.
    pub(super) at: Timestamp,
    /// The offset until then.
    pub(super) before: Offset,
    /// The offset from then on.
    pub(super) after: Offset,
}

impl Shift {
    /// The next change after `at`, when the offset at `at` is `before`.
    pub(super) fn following(zone: &TimeZone, at: Timestamp, before: Offset) -> Option<Self> {
        let next = zone.following(at).next()?;
        Some(Self { at: next.timestamp(), before, after: next.offset() })
    }

    /// The change that makes the local time `civil` absent or double; none for an ordinary time.
    pub(super) fn around(zone: &TimeZone, civil: DateTime) -> Option<Self> {
        let (before, after) = match zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { .. } => return None,
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => (before, after),
        };
        let earliest = before.max(after).to_timestamp(civil).ok()?;
        // Transitions that rename a zone and keep its offset are skipped.
        let change = zone.following(earliest).take(4).find(|change| change.offset() == after)?;
        Some(Self { at: change.timestamp(), before, after })
    }

    /// True when the clock was put back, so that some local times come twice.
    pub(super) fn is_fold(&self) -> bool {
        self.after < self.before
    }

    /// What the clock would have shown at the change, had it not been put.
    pub(super) fn shown_before(&self) -> DateTime {
        self.before.to_datetime(self.at)
    }

    /// What the clock shows at the change.
    pub(super) fn shown_after(&self) -> DateTime {
        self.after.to_datetime(self.at)
    }
}

/// The instant of a local time: a time in a gap is the gap's end, a time that comes twice is the first one.
pub(super) fn resolve(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    match Shift::around(zone, civil) {
        Some(shift) if !shift.is_fold() => Some(shift.at),
        Some(shift) => shift.before.to_timestamp(civil).ok(),
        None => zone.to_timestamp(civil).ok(),
    }
}
