//! A credential: what the far service accepts, as our ledger knows it.

use keybaton_types::{CredentialNo, IssuedId, Label, Timestamp};
use serde::{Deserialize, Serialize};

/// A credential; its value is sealed beside it in the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Credential {
    /// Our number.
    pub no: CredentialNo,
    /// The issuer's id, once the issuer has told it.
    pub issued: Option<IssuedId>,
    /// The label that we sent, where we minted it.
    pub label: Option<Label>,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is to consumers.
    pub stage: Stage,
    /// What it is at the issuer.
    pub far: Far,
    /// Whether it must never be used again by anybody (R2).
    pub condemned: bool,
    /// When it was made, as far as we know.
    pub born: Timestamp,
}

/// Where a credential comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// We made it.
    Minted,
    /// It existed before us: copies that we never handed out may exist.
    Adopted,
    /// A person made it for a rotation and handed it over: that person has seen the value.
    Handed,
}

/// What a credential is to consumers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Minted, never served.
    Pending,
    /// What consumers get.
    Current,
    /// Replaced, still accepted.
    Previous,
    /// Over.
    Retired,
}

/// What a credential is at its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Far {
    /// The value is drawn and sealed, the issuer has not confirmed it yet.
    Unborn,
    /// It works.
    Active,
    /// It is switched off and can be switched on again.
    Disabled,
    /// It is gone for good.
    Destroyed,
}
