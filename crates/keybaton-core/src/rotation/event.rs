//! What can happen to a rotation.

use keybaton_types::OpSeq;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;

/// What can happen to a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It begins.
    Started,
    /// The operation with this number ended.
    Answered {
        /// Which operation.
        seq: OpSeq,
        /// How it ended.
        answer: Answer,
    },
    /// An engine found this operation pending and does not know how it ended: a crash or a takeover.
    Recovered(OpSeq),
    /// A deadline passed, or something was seen.
    Woke,
    /// A person asked for something.
    Asked(Request),
}

/// What a person can ask of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Make the old credential current again.
    Rollback,
    /// End the overlap now, whoever still uses the old credential.
    Force,
    /// Go on after a hold that only a person may end.
    Resume,
    /// Treat it as an emergency from now on.
    Hasten,
}
