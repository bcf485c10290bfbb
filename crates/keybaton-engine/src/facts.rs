//! Gathers what a step may know from what was read.

use std::time::Duration;

use keybaton_core::{
    facts::{Facts, Presence},
    rotation::Rotation,
    sheet::Sheet,
    watch::Watch,
};
use keybaton_ports::Snapshot;
use keybaton_types::{Installation, Timestamp};

use crate::Charge;

/// What a step may know, owned: [`Facts`] borrows from it.
pub(crate) struct Known {
    pub(crate) snapshot: Snapshot,
    pub(crate) sheet: Sheet,
    watch: Watch,
    /// The boot time just before the snapshot was read.
    boot: i64,
}

impl Known {
    /// A watch of an earlier stretch counts for nothing: a new one begins.
    pub(crate) fn new(charge: &Charge, snapshot: Snapshot) -> Self {
        let no = snapshot.ledger.rotation.as_ref().map_or(0, |rotation| rotation.watch);
        let watch = snapshot.watch.clone().filter(|watch| watch.no == no).unwrap_or_else(|| Watch::new(no));
        Self { snapshot, sheet: charge.sheet(), watch, boot: 0 }
    }

    /// The same, read no earlier than at this boot time.
    pub(crate) fn read_at(self, boot: i64) -> Self {
        Self { boot, ..self }
    }

    /// How much is left until a deadline, by the clock that nobody sets: the store's time is as old as the snapshot.
    pub(crate) fn left(&self, deadline: Timestamp, boot: i64) -> Duration {
        let passed = Duration::from_micros(u64::try_from(boot.saturating_sub(self.boot)).unwrap_or(0));
        deadline.since(self.snapshot.now).saturating_sub(passed)
    }

    pub(crate) fn facts<'a>(
        &'a self,
        charge: &'a Charge,
        installation: &'a Installation,
        presence: Presence,
    ) -> Facts<'a> {
        Facts {
            now: self.snapshot.now,
            installation,
            secret: &charge.secret,
            sheet: &self.sheet,
            policy: &charge.policy,
            ledger: &self.snapshot.ledger,
            watch: &self.watch,
            sightings: &self.snapshot.sightings,
            reports: &self.snapshot.reports,
            storms: &self.snapshot.storms,
            shared: &self.snapshot.shared,
            presence,
            served: self.snapshot.served,
        }
    }

    pub(crate) fn watch(&self) -> &Watch {
        &self.watch
    }

    pub(crate) fn rotation(&self) -> Option<&Rotation> {
        self.snapshot.ledger.rotation.as_ref()
    }
}
