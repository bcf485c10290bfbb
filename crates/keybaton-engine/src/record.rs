//! What a commit says of itself in the audit.

use keybaton_core::rotation::Event;
use keybaton_ports::Record;

/// A record of one step of a rotation.
pub(crate) fn step(actor: &str, event: Event, heard: Option<u64>) -> Record {
    Record { actor: actor.to_owned(), event: Some(event), note: None, heard }
}

/// A record of something that is no step of a rotation.
pub(crate) fn note(actor: &str, note: impl Into<String>, heard: Option<u64>) -> Record {
    Record { actor: actor.to_owned(), event: None, note: Some(note.into()), heard }
}
