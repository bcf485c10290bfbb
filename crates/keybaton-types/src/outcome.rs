//! How a rotation ended, and how sure the revoke was.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a rotation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The new credential is current and the old one is dead.
    Done,
    /// The old credential is current and the new one is dead.
    RolledBack,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::RolledBack => "rolled back",
        })
    }
}

/// How well it was known that nobody used a credential any more when it was revoked; the lowest of its parts counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Only a clock or a person said so.
    Assumed,
    /// Consumers, sessions, the issuer's last use or a watched disable said so.
    Evidenced,
    /// Every copy that ever left us was dropped or ran out at a holder that enforces it.
    Proved,
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Assumed => "assumed",
            Self::Evidenced => "evidenced",
            Self::Proved => "proved",
        })
    }
}
