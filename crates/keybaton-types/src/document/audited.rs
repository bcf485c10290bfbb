//! `keybaton/audit-verify/v1`: whether the audit is whole.

use serde::{Deserialize, Serialize};

/// Whether every chain of the audit is whole, and what its checkpoints vouch for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Audited {
    /// `keybaton/audit-verify/v1`.
    pub schema: String,
    /// Whether it is.
    pub whole: bool,
    /// How many rows were read, where it is.
    pub rows: Option<u64>,
    /// How many checkpoints were read, where it is.
    pub checkpoints: Option<u64>,
    /// How many rows came after the last checkpoint of their chain, where it is: no signature covers them yet.
    pub unsigned_rows: Option<u64>,
    /// The public key that the signatures were verified with; null where none was at hand.
    pub key: Option<String>,
    /// The secret whose chain is broken.
    pub secret: Option<String>,
    /// The first row of it that does not fit.
    pub first_bad: Option<u64>,
    /// The first checkpoint that does not fit, where it is a checkpoint.
    pub first_bad_checkpoint: Option<u64>,
    /// The first line that is no record at all, where a file was verified.
    #[serde(default)]
    pub first_bad_line: Option<u64>,
}

impl Audited {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/audit-verify/v1";
}
