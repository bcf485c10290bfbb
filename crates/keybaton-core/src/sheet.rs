//! What a configured connector can do, as data. It is computed from the connector's own abilities, so the two agree.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What an issuer, its probe and its vault can do.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sheet {
    /// How many credentials may live at once, foreign ones included; `None` where the issuer sets no bound.
    pub max_credentials: Option<u32>,
    /// Whether the issuer can list its credentials.
    pub listing: Ability,
    /// Whether a credential can be switched off and on again.
    pub switching: Ability,
    /// How late the issuer's own last-used time may be; `None` where it tells none.
    pub last_used_lag: Option<Duration>,
    /// Whether the issuer shows live sessions per credential, and whether they outlive it.
    pub sessions: Ability,
    /// Who chooses the value.
    pub chooser: Chooser,
    /// Whether an issuer's id ever names a second credential.
    pub addressing: Addressing,
    /// Whether the vault refuses a write that is older than the last one (R3).
    pub vault: Fencing,
    /// A new credential may be refused this long, and a destroyed one may still work.
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land (R9).
    pub quiescence: Duration,
    /// The longest time one call may take.
    pub timeout: Duration,
}

/// Whether a connector can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    /// It can.
    Has,
    /// It cannot.
    Lacks,
}

impl Ability {
    /// Whether it can.
    pub fn has(self) -> bool {
        self == Self::Has
    }
}

impl From<bool> for Ability {
    fn from(has: bool) -> Self {
        if has { Self::Has } else { Self::Lacks }
    }
}

/// Who chooses the value of a new credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chooser {
    /// The issuer draws it and tells it once.
    Issuer,
    /// We draw it and seal it before the call, so the call may be repeated.
    Us,
    /// A person makes the credential at the service, hands it over here, and deletes the old one there.
    Person(Errand),
}

/// How long a person is given for what only a person can do at the service, and how often one is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Errand {
    /// From then on it is late, and an alert says so. No rotation ends by it.
    pub deadline: Duration,
    /// The alert is raised again this often.
    pub remind: Duration,
}

impl Chooser {
    /// What a person is given, where a person makes and deletes the credentials.
    pub fn errand(self) -> Option<Errand> {
        match self {
            Self::Person(errand) => Some(errand),
            Self::Issuer | Self::Us => None,
        }
    }

    /// Whether the number and the label of a credential are written down before it is made: where we draw the value,
    /// and where a person is told the label.
    pub fn is_reserved(self) -> bool {
        match self {
            Self::Us | Self::Person(_) => true,
            Self::Issuer => false,
        }
    }
}

/// Whether an issuer's id ever names a second credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addressing {
    /// An id names one credential for ever.
    Once,
    /// Ids come back: alternating roles, fixed slots (R10).
    Again,
}

/// Whether a vault refuses a late write by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fencing {
    /// Writes carry the fence and a late one bounces.
    Fenced,
    /// The last write wins: every write is read back, and drift is corrected.
    Unfenced,
}
