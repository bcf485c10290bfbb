//! What a reader tells of itself.

use serde::{Deserialize, Serialize};

use crate::VersionNo;

/// `POST /v1/secrets/NAME/ENV/sightings`: what became of a version in the hands of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sighted {
    /// Which version.
    pub version: VersionNo,
    /// What became of it.
    pub kind: Kind,
}

/// What became of a version in the hands of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was handed over.
    Fetched,
    /// It was written to a file or a child that is ready.
    Delivered,
    /// The instance authenticated with it.
    Used,
    /// It is erased, and nothing is in flight.
    Dropped,
}

/// `POST /v1/secrets/NAME/ENV/auth-results`: how calls with a version ended since the last report. Answers that say
/// nothing about the credential (429, 5xx, a time-out) are not counted at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthResults {
    /// Which version.
    pub version: VersionNo,
    /// Calls that were let in.
    #[serde(default)]
    pub ok: u64,
    /// Calls that got 401.
    #[serde(default)]
    pub unauthorized: u64,
    /// Calls that got 403.
    #[serde(default)]
    pub forbidden: u64,
}
