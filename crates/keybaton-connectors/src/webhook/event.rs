//! The document: `CloudEvents` 1.0 in structured JSON.

use keybaton_core::civil::rfc3339;
use keybaton_ports::Message;
use keybaton_types::document::Alert;
use serde::Serialize;

use crate::wording;

/// What the media type of the document is.
pub(super) const MEDIA_TYPE: &str = "application/cloudevents+json; charset=utf-8";

/// An event with the attributes that the specification names.
#[derive(Serialize)]
struct Event {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: String,
    subject: String,
    time: String,
    datacontenttype: &'static str,
    data: Alert,
}

/// Writes the document of a message: the same bytes in every attempt.
pub(super) fn body(message: &Message) -> Vec<u8> {
    let event = Event {
        specversion: "1.0",
        id: message.id.clone(),
        source: format!("/keybaton/{}", message.installation),
        r#type: format!("dev.keybaton.alert.{}.v1", message.standing.word()),
        subject: message.subject.to_string(),
        time: rfc3339(message.changed),
        datacontenttype: "application/json",
        data: wording::document(message),
    };
    // texts and numbers always have a form in JSON
    serde_json::to_vec(&event).unwrap_or_default()
}
