//! `keybaton/adopted/v1`: a key that was taken over without changing it.

use serde::{Deserialize, Serialize};

/// A key that was taken over without changing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adopted {
    /// `keybaton/adopted/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The issuer's id of the key.
    pub id: String,
    /// The version under which consumers get it.
    pub version: u64,
    /// The keyed fingerprint of the value.
    pub fingerprint: String,
    /// Whether a probe accepted it.
    pub proven: bool,
    /// When the issuer says that it was made.
    pub created: Option<String>,
    /// When the issuer says that it was last used.
    pub last_used: Option<String>,
    /// Live sessions, where the issuer shows them.
    pub sessions: Option<u32>,
    /// Other secrets that hold the same value.
    pub shared_with: Vec<String>,
}

impl Adopted {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/adopted/v1";
}
