//! `keybaton/asked/v1`: a request that was recorded for an engine to carry out.

use serde::{Deserialize, Serialize};

/// A request that was recorded for an engine to carry out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Asked {
    /// `keybaton/asked/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The rotation that it is about: `NAME.ENV.NUMBER`.
    pub rotation: String,
    /// The engine that is alive and will carry it out; null when none is.
    pub driver: Option<String>,
}

impl Asked {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/asked/v1";
}
