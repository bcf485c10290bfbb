//! What a commit says of itself in the audit.

use keybaton_core::{confirmed::Confirmed, rotation::Event};
use keybaton_ports::{Ask, Record};

/// A record of one step of a rotation, of the request that it carries out, and of where instances stood if it condemns.
pub(crate) fn step(actor: &str, event: Event, heard: Option<&Ask>, confirmed: Vec<Confirmed>) -> Record {
    Record { event: Some(event), confirmed, ..answering(actor, heard) }
}

/// A record of something that is no step of a rotation.
pub(crate) fn note(actor: &str, note: impl Into<String>, heard: Option<&Ask>) -> Record {
    Record { note: Some(note.into()), ..answering(actor, heard) }
}

fn answering(actor: &str, heard: Option<&Ask>) -> Record {
    let (no, by) = (heard.map(|ask| ask.no), heard.map(|ask| ask.by.clone()));
    Record { actor: actor.to_owned(), event: None, note: None, heard: no, by, confirmed: Vec::new() }
}
