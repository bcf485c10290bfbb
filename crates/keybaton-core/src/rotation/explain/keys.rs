//! The two keys of a rotation in prose: `the old key (key_1)`, by the issuer's id where it is known.

use keybaton_types::CredentialNo;

use crate::{
    ledger::Ledger,
    rotation::{Rotation, Way},
};

/// What a key is called, standing alone: `key key_1`, or our own number while the issuer has not told an id.
pub(super) fn called(ledger: &Ledger, no: CredentialNo) -> String {
    match id(ledger, Some(no)) {
        Some(id) => format!("key {id}"),
        None => format!("key number {no}"),
    }
}

/// `the old key (key_1)`.
pub(super) fn old(ledger: &Ledger, rotation: &Rotation) -> String {
    named("the old key", id(ledger, rotation.old))
}

/// `the new key (key_2)`.
pub(super) fn new(ledger: &Ledger, rotation: &Rotation) -> String {
    named("the new key", id(ledger, rotation.new))
}

/// The key that goes.
pub(super) fn loser(ledger: &Ledger, rotation: &Rotation, way: Way) -> String {
    match way {
        Way::Forward => old(ledger, rotation),
        Way::Back => new(ledger, rotation),
    }
}

fn id(ledger: &Ledger, no: Option<CredentialNo>) -> Option<String> {
    ledger.credential(no?)?.issued.as_ref().map(ToString::to_string)
}

fn named(role: &str, id: Option<String>) -> String {
    id.map_or_else(|| role.to_owned(), |id| format!("{role} ({id})"))
}
