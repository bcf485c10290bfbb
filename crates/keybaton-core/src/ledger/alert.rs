//! An alert: a durable row that a person has to see.

use keybaton_types::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that a person has to see.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Alert {
    /// What kind; at most one of a kind is open.
    pub kind: AlertKind,
    /// What exactly, in words.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
}

/// The kinds of alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// A rotation is held.
    Held,
    /// A rotation was rolled back.
    RolledBack,
    /// One instance fails with the new credential while the others succeed.
    Instance,
    /// A straggler was seen after the old credential was switched off.
    Straggler,
    /// The old credential's state at the issuer was changed by somebody else.
    Drift,
    /// A create may have left a credential that nobody can find.
    PossibleOrphan,
    /// The revoked credential is still accepted.
    StillAccepted,
    /// The clock jumped.
    ClockJump,
    /// Somebody was cut off by a forced revoke.
    CutOff,
}
