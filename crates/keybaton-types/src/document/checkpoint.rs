//! `keybaton/checkpoint/v1`: a signature over the heads of every chain of the audit.

use serde::{Deserialize, Serialize};

/// A signature over the heads of every chain of the audit. Whoever keeps one elsewhere notices a tail that was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checkpoint {
    /// `keybaton/checkpoint/v1`.
    pub schema: String,
    /// Its number.
    pub no: u64,
    /// When it was made.
    pub at: String,
    /// The public key that verifies it, as 64 hexadecimal digits.
    pub key: String,
    /// What is signed: the text of a JSON document with the heads that have moved since the checkpoint before.
    pub body: String,
    /// The hash of the checkpoint before.
    pub prev: String,
    /// The hash of this one.
    pub hash: String,
    /// The Ed25519 signature over the body, in hexadecimal digits.
    pub signature: String,
}

impl Checkpoint {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/checkpoint/v1";
}
