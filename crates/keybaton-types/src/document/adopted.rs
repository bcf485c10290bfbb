//! `keybaton/adopted/v1`: a key that was taken over without changing it.

use serde::{Deserialize, Serialize};

/// A key that was taken over without changing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Adopted {
    /// `keybaton/adopted/v1`.
    pub schema: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// The issuer's id of the key.
    pub id: String,
    /// The version under which consumers get it; null while a rotation has yet to prove and publish it.
    pub version: Option<u64>,
    /// The rotation that it was handed over to.
    pub rotation: Option<String>,
    /// The keyed fingerprint of the value.
    pub fingerprint: String,
    /// Whether a probe accepted it.
    pub proven: bool,
    /// What the probe said.
    pub probe: Probed,
    /// Who made it, where the issuer tells that.
    pub creator: Option<String>,
    /// When the issuer says that it was made.
    pub created: Option<String>,
    /// How old it is, where the issuer tells that; else its age counts from now.
    pub age_seconds: Option<u64>,
    /// When the issuer says that it was last used.
    pub last_used: Option<String>,
    /// Live sessions, where the issuer shows them.
    pub sessions: Option<u32>,
    /// What the issuer does not tell of its keys.
    pub untold: Vec<Untold>,
    /// Other secrets that hold the same value.
    pub shared_with: Vec<String>,
    /// What is odd about the shape of the value.
    pub warnings: Vec<String>,
    /// The keys that leave the issuer no room for another one; null where there is room, or nobody knows.
    pub full: Option<Full>,
}

/// What a probe said of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Probed {
    /// It works.
    Accepted,
    /// It is refused.
    Refused,
    /// There was no clear answer.
    Unclear,
}

/// Something that an issuer does not tell of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Untold {
    /// Which keys there are.
    List,
    /// Who made a key.
    Creator,
    /// When it was made.
    Created,
    /// When it was last used.
    LastUsed,
    /// How many sessions are open with it.
    Sessions,
}

/// An issuer without room for another key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Full {
    /// How many keys it allows.
    pub allows: u32,
    /// The keys that it holds.
    pub keys: Vec<Occupant>,
}

/// A key that takes room at an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Occupant {
    /// The issuer's id.
    pub id: String,
    /// Its name there.
    pub label: Option<String>,
    /// Who made it.
    pub creator: Option<String>,
    /// How old it is.
    pub age_seconds: Option<u64>,
    /// How long ago it was last used.
    pub unused_seconds: Option<u64>,
}

impl Adopted {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/adopted/v1";
}
