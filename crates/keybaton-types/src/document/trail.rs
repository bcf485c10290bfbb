//! `keybaton/audit-rotation/v1`: the evidence that the audit keeps of one rotation.

use serde::{Deserialize, Serialize};

use crate::{Grade, Outcome};

/// The evidence of one rotation, each with the row of the audit that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trail {
    /// `keybaton/audit-rotation/v1`.
    pub schema: String,
    /// Which rotation: `NAME.ENV.NUMBER`.
    pub rotation: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Who asked for it; null where the schedule did.
    pub asked_by: Option<String>,
    /// Why it ran: `schedule`, `asked` or `leaked`.
    pub cause: String,
    /// The version that was current before it.
    pub from: Option<u64>,
    /// How it ended; null while it runs.
    pub outcome: Option<Outcome>,
    /// How sure its revoke was.
    pub grade: Option<Grade>,
    /// What happened, oldest first.
    pub steps: Vec<TrailStep>,
    /// Where every known instance stood when a key was condemned.
    pub instances: Vec<TrailInstance>,
    /// When the condemned key was first seen refused after its end; null where that was not seen.
    pub refused_at: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrailStep {
    /// The row of the secret's audit.
    pub no: u64,
    /// When.
    pub at: String,
    /// Who did it: an engine.
    pub actor: String,
    /// On whose request, where somebody asked for this.
    pub by: Option<String>,
    /// What.
    pub what: String,
}

/// Where one instance stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrailInstance {
    /// The row of the secret's audit.
    pub no: u64,
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// Where it stood: `clear`, `old`, `leased` or `unknown`.
    pub stand: String,
    /// How sure that is, where it is clear.
    pub grade: Option<Grade>,
    /// The newest of what was seen that says so: `used`, `delivered`, `dropped`, `acked` or `forgotten`.
    pub by: Option<String>,
    /// When that was seen.
    pub at: Option<String>,
}

impl Trail {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/audit-rotation/v1";
}
