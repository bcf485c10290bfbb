//! `keybaton/get/v1`: the current value, for whoever may see it.

use serde::{Deserialize, Serialize};

/// The current value. It is in the audit before anybody gets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Revealed<V> {
    /// `keybaton/get/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The version.
    pub version: u64,
    /// What consumers authenticate with. `V` is how it is held.
    pub value: V,
    /// Its keyed fingerprint.
    pub fingerprint: String,
    /// How long ago it was published.
    pub age_seconds: u64,
    /// Why it may be out of date; null when it is not.
    pub stale: Option<String>,
}

/// The name of the document [`Revealed`].
pub const REVEALED: &str = "keybaton/get/v1";
