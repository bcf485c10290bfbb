//! How a call to a far service ended, as core sees it: classified, and without values.

use keybaton_types::{IssuedId, Timestamp, VersionNo};
use serde::{Deserialize, Serialize};

/// The four ways in which a call ends (DESIGN section 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// It happened, and this is what came back.
    Done(Found),
    /// It certainly never left us: retry freely.
    NotSent(Why),
    /// It certainly did not and will not happen.
    Refused(Why),
    /// It may have happened, or may yet.
    Unknown(Why),
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Found {
    /// Nothing beyond the success itself.
    Nothing,
    /// The whole list of the issuer's credentials.
    Listed(Vec<Listed>),
    /// The credential that was made.
    Created(IssuedId),
    /// What the probe saw.
    Probed(Verdict),
    /// What the vault serves.
    Served(Served),
    /// What is left of a destroyed credential.
    Examined(Remains),
}

/// One entry of an issuer's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listed {
    /// The issuer's id.
    pub id: IssuedId,
    /// The label or name, where the issuer keeps one.
    pub label: Option<String>,
    /// Whether it is switched on; `None` where the issuer does not say.
    pub enabled: Option<bool>,
    /// When it was made, by the issuer's clock.
    pub created: Option<Timestamp>,
    /// When it was last used, by the issuer's clock and with its lag.
    pub last_used: Option<Timestamp>,
    /// Who made it, in the issuer's words; `None` where the issuer does not say.
    #[serde(default)]
    pub creator: Option<String>,
}

/// What a probe saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The credential authenticates.
    Accepted,
    /// The credential is refused: 401, 403, a failed login.
    Refused,
    /// Neither: 429, 5xx, a time-out. It never counts against the credential (R13).
    Inconclusive,
}

/// What the vault serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Served {
    /// A version that we wrote.
    Ours(VersionNo),
    /// Something that we did not write.
    Foreign,
    /// Nothing at all.
    Nothing,
}

/// What is left of a credential at its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Remains {
    /// Whether the list still shows it alive; `None` where there is no list.
    pub listed: Option<Life>,
    /// Whether it still authenticates.
    pub verdict: Verdict,
}

/// Whether an issuer's list shows a credential alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    /// It is listed and switched on.
    On,
    /// It is listed and switched off.
    Off,
    /// It is not listed.
    Gone,
}

/// Why a call did not end well: whose fault, and the connector's own words.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Why {
    /// Whose fault it is.
    pub blame: Blame,
    /// What happened, without any value; empty where nobody knows.
    pub what: String,
}

impl Why {
    /// A reason in the connector's words.
    pub fn new(blame: Blame, what: impl Into<String>) -> Self {
        Self { blame, what: what.into() }
    }
}

/// Whose fault a failed call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// The network or the service, for now.
    Transient,
    /// The credential that keybaton itself uses.
    OurCredential,
    /// The service rejected the request for good.
    Rejected,
    /// The service has no room for one more.
    Full,
    /// What was named does not exist.
    NotFound,
    /// The service cannot do it.
    Unsupported,
    /// The answer makes no sense.
    Corrupt,
    /// A defect in keybaton.
    Bug,
    /// The engine stopped before the answer came.
    Lost,
    /// Nobody's: a person has to do it at the service.
    Person,
}
