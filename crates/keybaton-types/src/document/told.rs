//! `keybaton/consumers-told/v1`: of whom a word was recorded.

use serde::{Deserialize, Serialize};

/// Of whom a person's word was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Told {
    /// `keybaton/consumers-told/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The consumers, or their instances as `CONSUMER/INSTANCE`.
    pub consumers: Vec<String>,
}

impl Told {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/consumers-told/v1";
}
