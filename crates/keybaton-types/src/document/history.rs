//! `keybaton/history/v1`: how rotations went, the newest first.

use serde::{Deserialize, Serialize};

use crate::{Grade, Outcome, Phase};

/// How rotations went, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct History {
    /// `keybaton/history/v1`.
    pub schema: String,
    /// The rotations.
    pub rotations: Vec<PastRotation>,
    /// Rows of the audit that this keybaton could not read: a newer one wrote them.
    pub unread_rows: u64,
}

impl History {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/history/v1";
}

/// One rotation as it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PastRotation {
    /// Which rotation: `NAME.ENV.NUMBER`.
    pub rotation: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Why it ran.
    pub cause: PastCause,
    /// Who asked for it, where somebody did.
    pub by: Option<String>,
    /// The version that was current before it.
    pub from: Option<u64>,
    /// The version that was current when it ended.
    pub to: Option<u64>,
    /// When it began.
    pub started: String,
    /// When it ended; null while it runs.
    pub ended: Option<String>,
    /// How long it took, or has taken so far.
    pub seconds: u64,
    /// How it ended; null while it runs.
    pub outcome: Option<Outcome>,
    /// How sure its revoke was.
    pub grade: Option<Grade>,
    /// How long it was in each phase, in the order in which it came to them.
    pub phases: Vec<PastPhase>,
    /// How long it was held, which is part of the time in its phases.
    pub held_seconds: u64,
    /// Why it was held.
    pub holds: Vec<String>,
    /// Whom its revoke cut off.
    pub cut_off: Vec<String>,
}

/// Why a rotation ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PastCause {
    /// The schedule.
    Schedule,
    /// A person asked.
    Asked,
    /// A leak: an emergency.
    Leaked,
}

/// The time in one phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PastPhase {
    /// Which.
    pub phase: Phase,
    /// How long.
    pub seconds: u64,
}
