//! `keybaton/tick/v1`: what one pass over all due work did.

use serde::{Deserialize, Serialize};

use crate::Phase;

/// What one pass over all due work did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticked {
    /// `keybaton/tick/v1`.
    pub schema: String,
    /// The secrets that had something to do.
    pub secrets: Vec<TickedSecret>,
}

impl Ticked {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/tick/v1";
}

/// A secret that had something to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TickedSecret {
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Where its rotation is now; null where this program cannot read it and left it alone.
    pub phase: Option<Phase>,
    /// What went wrong, if the pass could not go on.
    pub error: Option<String>,
}
