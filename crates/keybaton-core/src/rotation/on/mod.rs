//! What happens in each state: one file a state, one function an input.

pub(super) mod confirming;
pub(super) mod disabling;
pub(super) mod draining;
pub(super) mod enabling;
pub(super) mod minting;
pub(super) mod proving;
pub(super) mod publishing;
pub(super) mod revoking;
pub(super) mod watching;

use super::{Operation, Request};
use crate::answer::{Answer, Why};

/// What a handler gets to see, once the event is known to fit.
#[derive(Debug)]
pub(super) enum Input {
    /// The rotation begins.
    Begin,
    /// The pending operation ended; a crash ends it `Unknown`.
    Answer {
        /// Which operation it was.
        operation: Operation,
        /// How it ended.
        answer: Answer,
    },
    /// A deadline passed, or something was seen.
    Woke,
    /// A person asked; never `Hasten`, which means the same everywhere, and `Resume` only where a drain waited for a person.
    Asked(Request),
}

/// An answer that does not belong to the question: a defect of a connector. It counts as unknown.
pub(super) fn misfit() -> Why {
    Why::new(crate::answer::Blame::Bug, "the answer does not belong to the question")
}

/// A probe that said neither yes nor no: it never counts against the credential (R13).
pub(super) fn unclear() -> Why {
    Why::new(crate::answer::Blame::Transient, "the probe got no clear answer")
}
