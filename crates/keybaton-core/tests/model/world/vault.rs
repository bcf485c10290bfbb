//! The vault: what consumers read.

use keybaton_core::sheet::Fencing;
use keybaton_types::{Epoch, OpSeq, VersionNo};

use super::{
    issuer::Value,
    setting::{Flaw, Setting},
};

/// What consumers read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Vault {
    /// The version that it serves.
    pub(crate) served: Option<(VersionNo, Value)>,
    /// The newest fence that it saw.
    pub(crate) fence: (Epoch, OpSeq),
    /// Somebody else's value lies over it: nobody reads ours, and it is not overwritten.
    pub(crate) covered: bool,
}

impl Vault {
    /// Takes a write, or lets it bounce.
    pub(crate) fn write(&mut self, setting: &Setting, fence: (Epoch, OpSeq), version: VersionNo, value: Value) -> bool {
        let late = match setting.flaw {
            Flaw::VaultWithoutFence => false,
            Flaw::FencePerLease => fence.0 < self.fence.0,
            Flaw::None
            | Flaw::AckBeforeDisk
            | Flaw::LedgerUnfenced
            | Flaw::GrantNotPersisted
            | Flaw::ChainedLease
            | Flaw::FallbackAfterAck
            | Flaw::RestoreUnnoticed
            | Flaw::AnyHandedRow
            | Flaw::OldKeyHanded => setting.sheet.vault == Fencing::Fenced && fence <= self.fence,
        };
        if late || self.covered {
            return false;
        }
        if setting.sheet.vault == Fencing::Fenced {
            self.fence = self.fence.max(fence);
        }
        self.served = Some((version, value));
        true
    }
}
