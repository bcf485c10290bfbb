//! Numbers and opaque ids: each a newtype, so that none can stand where another belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::SecretId;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// The number that follows this one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// A credential in our ledger; counts from 1 within one secret and is never used again.
    CredentialNo
}
number! {
    /// A publication of a credential; counts from 1 within one secret and only grows.
    VersionNo
}
number! {
    /// An operation of a secret; counts from 1 and only grows. With the epoch it is the fence (R3).
    OpSeq
}
number! {
    /// The lease epoch of a secret: every claim takes the next one (R7).
    Epoch
}
number! {
    /// The revision of a secret's ledger: every commit compares and swaps it (R7).
    Revision
}

/// A rotation of one secret; counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RotationId(pub u64);

impl RotationId {
    /// The name of the rotation outside of its secret: `NAME.ENV.NUMBER`, unique within one state database.
    pub fn name(self, secret: &SecretId) -> String {
        format!("{}.{}.{}", secret.name(), secret.env(), self.0)
    }
}

impl fmt::Display for RotationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The name under which the issuer knows a credential: a key id, a role, a slot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuedId(pub String);

impl fmt::Display for IssuedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for IssuedId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}
