//! What both embedded vaults answer when they do not write.

use keybaton_ports::{Blame, Certainty, Fault};
use keybaton_types::SecretId;

/// A write with a lower fence than the last one bounces (R3).
pub(crate) fn late() -> Fault {
    Fault::new(Blame::Rejected, Certainty::Refused, "a newer write is there")
}

/// There is no such secret here.
pub(crate) fn not_enrolled(secret: &SecretId) -> Fault {
    Fault::new(Blame::NotFound, Certainty::Refused, format!("{secret} has no ledger in this state database"))
}
