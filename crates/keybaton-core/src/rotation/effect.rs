//! What a rotation asks of the world, one at a time.

use keybaton_types::{CredentialNo, IssuedId, Label, OpSeq, Timestamp, VersionNo};
use serde::{Deserialize, Serialize};

/// One operation: written down before it is performed (R1), fenced by the lease's epoch and its own number (R3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operation {
    /// Its number.
    pub seq: OpSeq,
    /// What to do.
    pub effect: Effect,
    /// The engine does not start it after this, and drops it at this.
    pub deadline: Timestamp,
    /// Until when the far side may still carry it out when nobody knows how it ended (R9).
    pub lands_until: Timestamp,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Read the issuer's list.
    List,
    /// Make a credential under this label.
    Create {
        /// How we recognise it.
        label: Label,
        /// Our number for it.
        credential: CredentialNo,
    },
    /// Destroy an orphan of ours, named by the list that was read before.
    Sweep {
        /// The issuer's id.
        id: IssuedId,
    },
    /// Try to authenticate.
    Probe {
        /// With which credential.
        credential: CredentialNo,
    },
    /// Write a version into the vault.
    Publish {
        /// Which credential.
        credential: CredentialNo,
        /// Under which number.
        version: VersionNo,
    },
    /// Read what the vault serves.
    ReadBack,
    /// Switch a credential off.
    Disable {
        /// Which one.
        credential: CredentialNo,
    },
    /// Switch a credential on.
    Enable {
        /// Which one.
        credential: CredentialNo,
    },
    /// Destroy a condemned credential.
    Destroy {
        /// Which one.
        credential: CredentialNo,
    },
    /// End the sessions that were opened with a condemned credential.
    EndSessions {
        /// Which one.
        credential: CredentialNo,
    },
    /// Look whether a credential is listed and whether it still authenticates.
    Examine {
        /// Which one.
        credential: CredentialNo,
    },
}

impl Effect {
    /// Whether the effect changes anything at the far side.
    pub fn is_read(&self) -> bool {
        matches!(self, Self::List | Self::Probe { .. } | Self::ReadBack | Self::Examine { .. })
    }

    /// A word for it, for logs and the audit.
    pub fn word(&self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Create { .. } => "create",
            Self::Sweep { .. } => "sweep",
            Self::Probe { .. } => "probe",
            Self::Publish { .. } => "publish",
            Self::ReadBack => "read-back",
            Self::Disable { .. } => "disable",
            Self::Enable { .. } => "enable",
            Self::Destroy { .. } => "destroy",
            Self::EndSessions { .. } => "end-sessions",
            Self::Examine { .. } => "examine",
        }
    }
}
