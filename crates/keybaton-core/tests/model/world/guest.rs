//! A guest: another secret that holds the value of A. It leaves when it has moved to a key of its own, and may come back
//! while A lives.

use keybaton_core::ledger::{Far, Holder, Stage};
use keybaton_types::CredentialNo;

use super::{World, issuer::Value, setting::Setting};

/// What both hold.
pub(crate) const HELD: Value = Value(1);

impl World {
    /// Whether the guest could leave or come back now that a step would hear of.
    pub(crate) fn may_move(&self) -> bool {
        self.budget.guest > 0 && self.ledger.rotation.is_some() && !self.is_condemned(HELD)
    }

    /// The guest leaves A, or comes back to it.
    pub(crate) fn move_guest(&mut self) {
        self.budget.guest -= 1;
        self.guest = !self.guest;
    }

    /// What the ledger of the guest says of A, as the store hands it to core.
    pub(crate) fn guests(&self, setting: &Setting) -> Vec<Holder> {
        let stage = if self.guest { Stage::Current } else { Stage::Retired };
        let known = setting.budget.guest > 0;
        let holder = |secret| Holder {
            credential: CredentialNo(1),
            secret,
            stage,
            far: Far::Active,
            condemned: false,
            cleared: false,
        };
        known.then(|| holder("payments/staging".parse().expect("a name"))).into_iter().collect()
    }
}
