//! What one step decided.

use keybaton_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rotation;
use crate::ledger::Change;

/// What one step decided: the next rotation and the facts that change with it, for one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Transition {
    /// The rotation after the step; `None` leaves it as it is.
    pub rotation: Option<Rotation>,
    /// What else changes.
    pub changes: Vec<Change>,
    /// When to look again, if nothing happens before; not part of the record.
    #[serde(skip)]
    pub look: Option<Timestamp>,
}

impl Transition {
    /// A step that changes nothing: it is not committed.
    pub fn idle(look: Option<Timestamp>) -> Self {
        Self { rotation: None, changes: Vec::new(), look }
    }

    /// Whether there is nothing to commit.
    pub fn is_idle(&self) -> bool {
        self.rotation.is_none() && self.changes.is_empty()
    }
}

/// Why a step was refused. A refusal changes nothing and is the operator's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// An answer to an operation that is not pending any more.
    #[error("the answer belongs to an operation that is over")]
    StaleAnswer,
    /// An operation is in flight.
    #[error("an operation is in flight; ask again when it has ended")]
    Busy,
    /// The rotation is over.
    #[error("the rotation is over")]
    Over,
    /// The rotation has begun already.
    #[error("the rotation has begun already")]
    Begun,
    /// Nobody is known to use the secret, so no evidence can ever come.
    #[error("no consumer is declared and none was seen, so it could never be known that all have moved")]
    NoConsumers,
    /// The state database is older than the world (R11).
    #[error("the state database is older than the world; a person has to look first")]
    Restored,
    /// The point of no return is behind.
    #[error("the old key is condemned already; only the new one is valid")]
    TooLate,
    /// It is going back already.
    #[error("the rotation is going back already")]
    AlreadyBack,
    /// There is no old credential to go back to.
    #[error("there is no old key to go back to")]
    NothingToGoBackTo,
    /// There is nothing that could be forced here.
    #[error("there is no overlap to end yet")]
    NothingToForce,
    /// The rotation is not held.
    #[error("the rotation is not held")]
    NotHeld,
}
