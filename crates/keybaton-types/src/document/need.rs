//! `keybaton/needs-rotation/v1`: whether keys are due, for scripts.

use serde::{Deserialize, Serialize};

/// Whether keys are due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// `keybaton/needs-rotation/v1`.
    pub schema: String,
    /// Whether any of them is due; null where nobody knows.
    pub needed: Option<bool>,
    /// Each key that was asked about.
    pub secrets: Vec<Need>,
}

impl Needs {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/needs-rotation/v1";
}

/// Whether one key is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Whether it is due; null where nobody knows.
    pub needed: Option<bool>,
    /// Why.
    pub why: String,
}
