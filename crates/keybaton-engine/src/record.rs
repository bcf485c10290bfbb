//! What a commit says of itself in the audit.

use keybaton_core::rotation::Event;
use keybaton_ports::{Ask, Record};

/// A record of one step of a rotation, and of the request that it carries out.
pub(crate) fn step(actor: &str, event: Event, heard: Option<&Ask>) -> Record {
    answering(Record { actor: actor.to_owned(), event: Some(event), note: None, heard: None, by: None }, heard)
}

/// A record of something that is no step of a rotation.
pub(crate) fn note(actor: &str, note: impl Into<String>, heard: Option<&Ask>) -> Record {
    answering(Record { actor: actor.to_owned(), event: None, note: Some(note.into()), heard: None, by: None }, heard)
}

fn answering(record: Record, heard: Option<&Ask>) -> Record {
    Record { heard: heard.map(|ask| ask.no), by: heard.map(|ask| ask.by.clone()), ..record }
}
