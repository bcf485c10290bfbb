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

/// What stands before the names of those who were cut off.
const CUT_OFF: &str = "the key was revoked while it may still have been in use by ";

impl Alert {
    /// Says who was cut off by a revoke.
    pub fn cut_off(names: &[String]) -> String {
        format!("{CUT_OFF}{}", names.join(", "))
    }

    /// Those whom an alert names as cut off.
    pub fn named_cut_off(&self) -> Vec<String> {
        let names = self.what.strip_prefix(CUT_OFF).filter(|_| self.kind == AlertKind::CutOff);
        names.map(|names| names.split(", ").map(ToOwned::to_owned).collect()).unwrap_or_default()
    }
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
    /// A person has not done what only a person can do, and the deadline is over.
    PersonLate,
    /// Calls are refused somewhere while the new and the old credential both work: it is not the rotation's doing.
    Storm,
}
