//! An engine: it holds the lease, or it does not, or it believes that it does.

use keybaton_core::ledger::Ledger;
use keybaton_types::{Epoch, OpSeq};

/// An engine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Engine {
    /// It does not act.
    Down,
    /// It holds the lease.
    Up {
        /// It is waiting for the answer to the operation that is pending.
        busy: bool,
    },
    /// It was paused and lost its lease without noticing.
    Paused {
        /// The lease that it had.
        epoch: Epoch,
        /// The operation whose answer it was waiting for.
        seq: Option<OpSeq>,
        /// The ledger as it last saw it; kept only where a late write of it would be believed.
        copy: Option<Box<Ledger>>,
    },
}
