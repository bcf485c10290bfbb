//! The answer to a read.

use serde::{Deserialize, Serialize};

use crate::VersionNo;

/// The answer to a read. `V` is how the value is held: a borrowed text on the side that answers, a type that wipes
/// itself on the side that asks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Value<V> {
    /// The name of the secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The version.
    pub version: VersionNo,
    /// What the consumer authenticates with.
    pub value: V,
    /// A keyed hash of the value: the same for the same value, and of no use to whoever does not know it.
    pub fingerprint: String,
    /// How long the value may be used without asking again, in seconds from the moment of the request. An agent hands on
    /// what is left of its own term.
    pub ttl_seconds: u64,
    /// How much longer it may be used while nobody answers.
    pub max_stale_seconds: u64,
    /// How long ago this version was published.
    pub age_seconds: u64,
    /// Why the answer may be out of date; null when it is not.
    pub stale: Option<String>,
    /// Versions that are about to be revoked: a holder erases them, lets what is in flight end, and answers `dropped`.
    #[serde(default)]
    pub retiring: Vec<VersionNo>,
    /// Versions that nobody may use again, whatever a cache says.
    #[serde(default)]
    pub condemned: Vec<VersionNo>,
}
