//! What an admin call asks for and what comes of it, in no dialect.

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::value::KeyValue;

/// An operation of the admin API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Makes a key.
    Create,
    /// Reads one page of keys.
    List,
    /// Stops accepting a key, reversibly.
    Disable,
    /// Accepts a disabled key again.
    Enable,
    /// Ends a key for good.
    Destroy,
}

/// One admin call.
#[derive(Clone)]
pub(crate) enum Effect {
    Create {
        label: String,
    },
    /// Keys after this sequence number.
    List {
        after: u64,
    },
    Disable {
        id: String,
    },
    Enable {
        id: String,
    },
    Destroy {
        id: String,
    },
}

impl Effect {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::Create,
            Self::List { .. } => Operation::List,
            Self::Disable { .. } => Operation::Disable,
            Self::Enable { .. } => Operation::Enable,
            Self::Destroy { .. } => Operation::Destroy,
        }
    }
}

/// What came of an admin call.
pub(crate) enum Outcome {
    Made {
        key: Key,
        value: KeyValue,
    },
    Listed(Page),
    Changed(Key),
    Destroyed(Key),
    /// No such key was ever there.
    NotFound,
    /// The key was destroyed before.
    Gone,
    /// No more keys fit.
    Full {
        max: usize,
    },
    /// The system gave no randomness.
    NoRandomness,
}

/// One page of a list.
pub(crate) struct Page {
    pub(crate) keys: Vec<Key>,
    pub(crate) next: Next,
}

/// Where a list goes on.
pub(crate) enum Next {
    End,
    After(u64),
    /// A link that leads to another origin, which no client may follow with its credential.
    Foreign,
}
