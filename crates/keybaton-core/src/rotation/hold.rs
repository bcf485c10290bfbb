//! A hold: a rotation parked with a reason and an alert. It is a field, not a state.

use keybaton_types::{IssuedId, Timestamp};
use serde::{Deserialize, Serialize};

/// A rotation parked with a reason and an alert.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hold {
    /// Why.
    pub reason: HoldReason,
    /// Since when.
    pub since: Timestamp,
}

/// Why a rotation is parked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldReason {
    /// The issuer has no room; nothing is deleted to make some.
    SlotsFull(Vec<IssuedId>),
    /// A service does not answer, in the connector's words.
    Unreachable(String),
    /// A service refuses what we ask of it, in the connector's words.
    Rejected(String),
    /// The issuer refuses to switch the old credential off, in the connector's words.
    DisableRefused(String),
    /// Somebody still uses the old credential at `overlap.max`.
    Straggler,
    /// The issuer lists a credential for this same secret that another installation made.
    ForeignInstallation(String),
    /// The vault serves something that we did not write.
    ForeignWrite,
    /// The new credential never proved itself in an emergency.
    NeverProved,
    /// The new credential fails and the policy leaves the decision to a person.
    NewFails,
    /// Both credentials are refused.
    BothRefused,
    /// The old credential does not work, so there is nothing to roll back to.
    OldDead,
    /// The condemned credential still works.
    StillAccepted,
    /// The state database is older than the world (R11).
    Restored,
    /// A person has to make the new credential at the service, in the connector's words.
    AwaitsKey(String),
    /// A person has to delete the condemned credential at the service, in the connector's words.
    AwaitsDeletion(String),
}

/// What ends a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resumes {
    /// It goes on by itself when the reason is gone.
    WhenClear,
    /// Only a person ends it.
    ByHuman,
}

impl HoldReason {
    /// What ends such a hold.
    pub fn resumes(&self) -> Resumes {
        match self {
            Self::SlotsFull(_)
            | Self::Unreachable(_)
            | Self::Rejected(_)
            | Self::Straggler
            | Self::StillAccepted
            | Self::AwaitsKey(_)
            | Self::AwaitsDeletion(_) => Resumes::WhenClear,
            Self::ForeignInstallation(_)
            | Self::ForeignWrite
            | Self::NeverProved
            | Self::NewFails
            | Self::BothRefused
            | Self::OldDead
            | Self::DisableRefused(_)
            | Self::Restored => Resumes::ByHuman,
        }
    }

    /// What a person has to do at the service, in the connector's words, where that is what is waited for.
    pub fn errand(&self) -> Option<&str> {
        match self {
            Self::AwaitsKey(what) | Self::AwaitsDeletion(what) => Some(what),
            Self::SlotsFull(_)
            | Self::Unreachable(_)
            | Self::Rejected(_)
            | Self::DisableRefused(_)
            | Self::Straggler
            | Self::ForeignInstallation(_)
            | Self::ForeignWrite
            | Self::NeverProved
            | Self::NewFails
            | Self::BothRefused
            | Self::OldDead
            | Self::StillAccepted
            | Self::Restored => None,
        }
    }
}

impl std::fmt::Display for HoldReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::SlotsFull(ids) if ids.is_empty() => {
                f.write_str("the issuer is full; nothing is deleted to make room")
            }
            Self::SlotsFull(ids) => {
                let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                write!(f, "the issuer is full ({}); nothing is deleted to make room", ids.join(", "))
            }
            Self::Unreachable(what) => write!(f, "a service does not answer: {what}"),
            Self::Rejected(what) => write!(f, "a service refuses: {what}"),
            Self::DisableRefused(what) => write!(f, "the issuer refuses to switch the old key off: {what}"),
            Self::Straggler => f.write_str("somebody still uses the old key at the end of the overlap"),
            Self::ForeignInstallation(who) => {
                write!(f, "the issuer lists a key for this secret that another keybaton installation ({who}) made")
            }
            Self::ForeignWrite => f.write_str("the vault serves a value that keybaton did not write"),
            Self::NeverProved => f.write_str("the new key was never accepted, so the leaked one was not revoked"),
            Self::NewFails => f.write_str("the new key fails, and the policy leaves the rollback to a person"),
            Self::BothRefused => f.write_str("the new key and the old key are both refused"),
            Self::OldDead => f.write_str("the old key does not work, so there is nothing to roll back to"),
            Self::StillAccepted => f.write_str("the revoked key is still accepted"),
            Self::Restored => f.write_str("the state database is older than the world"),
            Self::AwaitsKey(_) => f.write_str("a person has to make the new key at the service"),
            Self::AwaitsDeletion(_) => f.write_str("a person has to delete the revoked key at the service"),
        }
    }
}
