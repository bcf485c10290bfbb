//! A version: one publication of a credential.

use keybaton_types::{CredentialNo, Timestamp, VersionNo};
use serde::{Deserialize, Serialize};

/// One publication of a credential under the next number; two versions may hold one credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    /// Its number.
    pub no: VersionNo,
    /// What it publishes.
    pub credential: CredentialNo,
    /// When the publish was confirmed; `None` while only the intent is written.
    pub published: Option<Timestamp>,
}
