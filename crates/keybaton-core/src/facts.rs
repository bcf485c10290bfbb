//! What a step may know. Nothing here is a verdict: core does its own arithmetic on what was seen.

use keybaton_types::{Installation, SecretId, Timestamp};

use crate::{
    ledger::{Holder, Ledger, Report, Sighting, Storm},
    policy::Policy,
    roster::lease_clock,
    sheet::Sheet,
    watch::Watch,
};

/// What a step may know.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The store's time.
    pub now: Timestamp,
    /// This state database.
    pub installation: &'a Installation,
    /// The secret.
    pub secret: &'a SecretId,
    /// What the connectors can do.
    pub sheet: &'a Sheet,
    /// What the owner wants.
    pub policy: &'a Policy,
    /// The ledger, as it was read.
    pub ledger: &'a Ledger,
    /// The present watch.
    pub watch: &'a Watch,
    /// What was seen of instances.
    pub sightings: &'a [Sighting],
    /// What instances reported of their calls.
    pub reports: &'a [Report],
    /// Refusals that no credential can be blamed for, the newest of each source.
    pub storms: &'a [Storm],
    /// Other secrets that hold the same value as a credential of this one.
    pub shared: &'a [Holder],
    /// Whether the engine stays for a watch.
    pub presence: Presence,
    /// When consumers were last known to be served; `None` if they never were.
    pub served: Option<Timestamp>,
}

impl Facts<'_> {
    /// The clock of consumers' leases.
    pub fn lease_clock(&self) -> Timestamp {
        lease_clock(self.now, self.served)
    }
}

/// Whether the engine that makes the step stays to watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// `serve`, `--wait`, or a `tick` that stays.
    Stays,
    /// One pass only: nothing that needs a watch may begin.
    Passes,
}
