//! The phase of a rotation as users see it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Outcome;

/// The phase of a rotation as users see it; `Held` shows when the hold field is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// No rotation is active.
    Idle,
    /// The new credential is being made.
    Minting,
    /// The new credential is being tried.
    Proving,
    /// The new credential is being put into the vault.
    Publishing,
    /// Consumers move to the new credential.
    Draining,
    /// The old credential is being switched off, reversibly.
    Disabling,
    /// The old credential is off; a refusal switches it on again.
    Watching,
    /// The old credential is being switched on again.
    Enabling,
    /// The old credential is being destroyed.
    Revoking,
    /// The destroyed credential is tried until it is refused.
    Confirming,
    /// The old credential is being published again.
    PublishingBack,
    /// Consumers move back to the old credential.
    DrainingBack,
    /// The new credential is being destroyed.
    RevokingBack,
    /// The destroyed new credential is tried until it is refused.
    ConfirmingBack,
    /// The rotation ended with the new credential.
    Done,
    /// The rotation ended with the old credential.
    RolledBack,
    /// The rotation is parked with a reason and an alert.
    Held,
}

impl From<Outcome> for Phase {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::RolledBack => Self::RolledBack,
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "idle",
            Self::Minting => "minting",
            Self::Proving => "proving",
            Self::Publishing => "publishing",
            Self::Draining => "draining",
            Self::Disabling => "disabling",
            Self::Watching => "watching",
            Self::Enabling => "enabling",
            Self::Revoking => "revoking",
            Self::Confirming => "confirming",
            Self::PublishingBack => "publishing-back",
            Self::DrainingBack => "draining-back",
            Self::RevokingBack => "revoking-back",
            Self::ConfirmingBack => "confirming-back",
            Self::Done => "done",
            Self::RolledBack => "rolled-back",
            Self::Held => "held",
        })
    }
}
