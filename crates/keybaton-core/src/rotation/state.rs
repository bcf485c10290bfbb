//! A rotation and its ten states.

use keybaton_types::{CredentialNo, Grade, Outcome, Phase, RotationId, Timestamp, VersionNo};
use serde::{Deserialize, Serialize};

use super::{Hold, Operation};

/// One run of the protocol: A is the old credential, B the new one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rotation {
    /// Which rotation.
    pub id: RotationId,
    /// Where it is.
    pub state: State,
    /// A; `None` when the secret had no version yet.
    pub old: Option<CredentialNo>,
    /// B, once it is made.
    pub new: Option<CredentialNo>,
    /// The version that was current when it started.
    pub from: Option<VersionNo>,
    /// The one operation in flight.
    pub pending: Option<Operation>,
    /// Why it is parked.
    pub hold: Option<Hold>,
    /// Why it was started.
    pub cause: Cause,
    /// Its deadlines.
    pub times: Times,
    /// Failed attempts in the present state.
    pub tries: u8,
    /// The number of the present watch: a new one begins with each publish, disable and enable.
    pub watch: u32,
    /// Set when a person or the policy ends the overlap without the evidence.
    pub forced: bool,
    /// How sure the revoke was, once it was decided.
    pub grade: Option<Grade>,
}

/// Where a rotation is. A rollback is the same walk with the runners exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// B is being made.
    Minting(Mint),
    /// B is being tried.
    Proving {
        /// Accepted so often in a row.
        passes: u8,
        /// Refused so often in a row.
        refusals: u8,
    },
    /// The winner is being put into the vault.
    Publishing {
        /// Who wins.
        way: Way,
        /// What is being done.
        write: Write,
        /// Under which number.
        version: VersionNo,
    },
    /// Consumers move to the winner.
    Draining(Way),
    /// A is being switched off.
    Disabling,
    /// A is off; a refusal of it switches it on again.
    Watching,
    /// A is being switched on again.
    Enabling(Then),
    /// The loser is condemned and being destroyed: entering here is the point of no return (R2).
    Revoking(Way),
    /// The loser is tried until it is refused and gone (R12).
    Confirming(Way, Look),
    /// It is over.
    Ended(Outcome),
}

/// Who wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// B replaces A.
    Forward,
    /// A replaces B.
    Back,
}

/// What is being done to make B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mint {
    /// The issuer's list is read: for room, for orphans of ours, for the result of a lost create.
    Looking(Aim),
    /// The issuer is asked for B.
    Creating,
    /// An orphan of ours is being destroyed.
    Sweeping(Aim),
    /// Whether a person has handed B over is looked at before the rotation ends without it.
    Emptying,
}

/// What follows when nothing of ours is left over at the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aim {
    /// B is made.
    Create,
    /// The rotation ends rolled back.
    Leave,
}

/// What is being done to publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Write {
    /// The winner is probed first: a rollback never publishes a dead credential (R4).
    Checking,
    /// The version is being written.
    Writing,
    /// The vault is read back.
    Reading,
}

/// What follows when A works again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// The drain goes on.
    Drain,
    /// A is published again.
    Back,
}

/// Which look at a destroyed credential this is: one at once, one after `propagation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// A person was asked to delete it, and it was not seen accepted since: a refusal may have another reason.
    Asked,
    /// At once.
    First,
    /// After the issuer's propagation.
    Second,
}

/// Why a rotation was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The schedule.
    Schedule,
    /// A person asked.
    Asked,
    /// The current credential has leaked: an emergency.
    Leaked,
}

/// The times of a rotation: as few as the law needs, so that the model's states merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Times {
    /// Nothing is tried again before this.
    pub wake: Option<Timestamp>,
    /// When the present stretch began: the create, the confirmed publish, the destroy; of an errand, when it was asked for.
    pub since: Option<Timestamp>,
    /// Since when A was meant to be off: the intent to disable it.
    pub off: Option<Timestamp>,
    /// Until when a call that ended `Unknown` may still land (R9).
    pub landing: Option<Timestamp>,
    /// When a person was last told what only a person can do.
    pub told: Option<Timestamp>,
}

impl Rotation {
    /// A rotation that has not done anything yet.
    pub fn new(id: RotationId, old: Option<CredentialNo>, from: Option<VersionNo>, cause: Cause) -> Self {
        Self {
            id,
            state: State::Minting(Mint::Looking(Aim::Create)),
            old,
            new: None,
            from,
            pending: None,
            hold: None,
            cause,
            times: Times::default(),
            tries: 0,
            watch: 0,
            forced: false,
            grade: None,
        }
    }

    /// The credential that stays.
    pub fn winner(&self, way: Way) -> Option<CredentialNo> {
        match way {
            Way::Forward => self.new,
            Way::Back => self.old,
        }
    }

    /// The credential that goes.
    pub fn loser(&self, way: Way) -> Option<CredentialNo> {
        match way {
            Way::Forward => self.old,
            Way::Back => self.new,
        }
    }

    /// The phase that users see.
    pub fn phase(&self) -> Phase {
        if self.hold.is_some() { Phase::Held } else { self.state.phase() }
    }
}

impl State {
    /// The phase that users see, hold aside.
    pub fn phase(self) -> Phase {
        match self {
            Self::Minting(_) => Phase::Minting,
            Self::Proving { .. } => Phase::Proving,
            Self::Publishing { way: Way::Forward, .. } => Phase::Publishing,
            Self::Publishing { way: Way::Back, .. } => Phase::PublishingBack,
            Self::Draining(Way::Forward) => Phase::Draining,
            Self::Draining(Way::Back) => Phase::DrainingBack,
            Self::Disabling => Phase::Disabling,
            Self::Watching => Phase::Watching,
            Self::Enabling(_) => Phase::Enabling,
            Self::Revoking(Way::Forward) => Phase::Revoking,
            Self::Revoking(Way::Back) => Phase::RevokingBack,
            Self::Confirming(Way::Forward, _) => Phase::Confirming,
            Self::Confirming(Way::Back, _) => Phase::ConfirmingBack,
            Self::Ended(Outcome::Done) => Phase::Done,
            Self::Ended(Outcome::RolledBack) => Phase::RolledBack,
        }
    }

    /// Whether the point of no return is behind.
    pub fn is_past_return(self) -> bool {
        matches!(self, Self::Revoking(_) | Self::Confirming(..) | Self::Ended(_))
    }
}
