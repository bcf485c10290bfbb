//! `keybaton/audit-verify/v1`: whether the audit is whole.

use serde::{Deserialize, Serialize};

/// Whether every chain of the audit is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Audited {
    /// `keybaton/audit-verify/v1`.
    pub schema: String,
    /// Whether it is.
    pub whole: bool,
    /// How many rows were read, where it is.
    pub rows: Option<u64>,
    /// The secret whose chain is broken.
    pub secret: Option<String>,
    /// The first row of it that does not fit.
    pub first_bad: Option<u64>,
}

impl Audited {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/audit-verify/v1";
}
