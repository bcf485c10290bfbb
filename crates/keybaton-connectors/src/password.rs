//! Passwords that keybaton draws and a server keeps: the one of a create, and the entry of a list.

use keybaton_ports::{Blame, Called, Certainty, Fault, Listed};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

/// The value that we drew.
pub(crate) fn drawn(value: Option<&SecretValue>) -> Called<&SecretValue> {
    let drawn = value.filter(|value| !value.is_empty());
    drawn.ok_or_else(|| Fault::new(Blame::Bug, Certainty::NotSent, "create: no value was drawn"))
}

/// An entry of a list: what the server tells of it is that it is there, and whether it is on.
pub(crate) fn listed(id: IssuedId, enabled: Option<bool>) -> Listed {
    Listed { id, label: None, enabled, created: None, last_used: None, creator: None }
}
