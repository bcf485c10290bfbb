//! Another secret that holds the same value: destroying it for one destroys it for both.

use keybaton_types::{CredentialNo, SecretId};
use serde::{Deserialize, Serialize};

use super::{Credential, Far, Stage};
use crate::rotation::{HoldReason, Rotation, State, Way};

/// Another secret that holds the same value as a credential of ours, found by fingerprint.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// Which of our credentials.
    pub credential: CredentialNo,
    /// The other secret.
    pub secret: SecretId,
    /// What the value is to the other's consumers.
    pub stage: Stage,
    /// What the other knows of it at the issuer.
    pub far: Far,
    /// Whether the other has condemned it.
    pub condemned: bool,
    /// Whether the other has moved away from it and waits for nobody but those who share it.
    pub cleared: bool,
}

impl Holder {
    /// What the ledger of the other secret says of the credential that has the value.
    pub fn new(ours: CredentialNo, secret: SecretId, theirs: &Credential, rotation: Option<&Rotation>) -> Self {
        let cleared = rotation.is_some_and(|rotation| is_cleared(rotation, theirs.no));
        let Credential { stage, far, condemned, .. } = *theirs;
        Self { credential: ours, secret, stage, far, condemned, cleared }
    }

    /// Whether the other's consumers may still need the value.
    pub fn keeps(&self) -> bool {
        let alive = !self.condemned && matches!(self.far, Far::Active | Far::Disabled);
        alive
            && match self.stage {
                Stage::Current | Stage::Pending => true,
                Stage::Previous => !self.cleared,
                Stage::Retired => false,
            }
    }
}

/// Whether everything but a shared value is over for the old credential of a drain. A hold says that a person may want
/// to go back to it.
fn is_cleared(rotation: &Rotation, no: CredentialNo) -> bool {
    let free = rotation.hold.as_ref().is_none_or(|hold| hold.reason == HoldReason::Straggler);
    rotation.state == State::Draining(Way::Forward) && rotation.old == Some(no) && rotation.grade.is_some() && free
}
