//! `keybaton/check/v1`: whether what consumers read now works.

use serde::{Deserialize, Serialize};

use super::Probed;

/// Whether what consumers read of a secret now works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Check {
    /// `keybaton/check/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The vault that was read, by its name in the configuration.
    pub vault: String,
    /// The version that was read and tried; null where nothing was read, or something that keybaton did not write.
    pub version: Option<u64>,
    /// The keyed fingerprint of what was read.
    pub fingerprint: Option<String>,
    /// What the probe said of it; null where nothing was tried.
    pub probe: Option<Probed>,
    /// Whether consumers are well; null where that could not be determined.
    pub healthy: Option<bool>,
    /// Why, in words.
    pub why: String,
}

impl Check {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/check/v1";
}
