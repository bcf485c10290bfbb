//! The ledger of one secret, and the only way to change it (R7).

mod alert;
mod commit;
mod credential;
mod holder;
mod report;
mod sighting;
mod storm;
mod version;

use keybaton_types::{
    CredentialNo, Epoch, Grade, IssuedId, OpSeq, Outcome, Revision, RotationId, Timestamp, VersionNo,
};
use serde::{Deserialize, Serialize};

pub use alert::{Alert, AlertKind};
pub use commit::{Change, Commit, Conflict};
pub use credential::{Credential, Far, Origin, Stage};
pub use holder::Holder;
pub use report::{Calls, Report, Stretch};
pub use sighting::{Seen, Sighting};
pub(crate) use storm::LULL;
pub use storm::{Course, Storm};
pub use version::Version;

use crate::{rotation::Rotation, sheet::Addressing};

/// Everything that we know of one secret, but for the values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ledger {
    /// Grows by one with each commit.
    pub revision: Revision,
    /// The epoch of the newest lease: commits of older ones bounce.
    pub epoch: Epoch,
    /// The number of the next operation.
    pub next_op: OpSeq,
    /// The number of the next version.
    pub next_version: VersionNo,
    /// The number of the next rotation.
    pub next_rotation: u64,
    /// Every credential that we minted or adopted.
    pub credentials: Vec<Credential>,
    /// Every publication.
    pub versions: Vec<Version>,
    /// The version that consumers get.
    pub current: Option<VersionNo>,
    /// The active rotation.
    pub rotation: Option<Rotation>,
    /// How the last rotation ended.
    pub last: Option<Ended>,
    /// How many rotations in a row rolled back.
    pub rollbacks: u8,
    /// From when the schedule counts: adoption, or the end of the last rotation.
    pub base: Option<Timestamp>,
    /// Alerts that nobody has resolved.
    pub alerts: Vec<Alert>,
    /// Set when the state database was recognised as older than the world (R11); only a person clears it.
    pub restored: bool,
    /// Labels of earlier operations are never swept: a timeline that was lost may have published what they name (R11).
    pub lost_until: OpSeq,
}

/// How a rotation ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ended {
    /// Which rotation.
    pub id: RotationId,
    /// How.
    pub outcome: Outcome,
    /// When.
    pub at: Timestamp,
    /// How sure the revoke was.
    pub grade: Option<Grade>,
    /// The version that was current before it.
    pub from: Option<VersionNo>,
    /// The version that is current after it.
    pub to: Option<VersionNo>,
}

impl Ledger {
    /// A ledger without any credential.
    #[must_use]
    pub fn new() -> Self {
        Self { next_op: OpSeq(1), next_version: VersionNo(1), next_rotation: 1, ..Self::default() }
    }

    /// The credential with this number.
    pub fn credential(&self, no: CredentialNo) -> Option<&Credential> {
        self.credentials.iter().find(|c| c.no == no)
    }

    /// The version with this number.
    pub fn version(&self, no: VersionNo) -> Option<&Version> {
        self.versions.iter().find(|v| v.no == no)
    }

    /// The credential that consumers get.
    pub fn current_credential(&self) -> Option<&Credential> {
        self.credential(self.version(self.current?)?.credential)
    }

    /// Whether a credential of ours has this issuer's id: such a one is never an orphan (R8). Where ids come back, one
    /// that was destroyed does not vouch for its successor (R10).
    pub fn knows(&self, id: &IssuedId, addressing: Addressing) -> bool {
        let vouches = |c: &Credential| addressing == Addressing::Once || c.far != Far::Destroyed;
        self.credentials.iter().any(|c| c.issued.as_ref() == Some(id) && vouches(c))
    }

    /// The credentials that the far service still accepts, as far as we know.
    pub fn live(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.iter().filter(|c| matches!(c.far, Far::Active | Far::Disabled))
    }

    /// The number of the next credential.
    pub fn next_credential(&self) -> CredentialNo {
        self.credentials.iter().map(|c| c.no).max().unwrap_or_default().next()
    }
}
