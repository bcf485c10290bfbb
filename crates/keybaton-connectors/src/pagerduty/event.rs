//! The document of the Events API v2: trigger, acknowledge and resolve with one `dedup_key` per alert.

use keybaton_core::civil::rfc3339;
use keybaton_ports::{Message, Standing};
use keybaton_types::document::Alert;
use serde::Serialize;

use crate::wording;

/// The most characters of a summary.
const SUMMARY: usize = 1024;

/// The most characters of a `dedup_key`.
const KEY: usize = 255;

#[derive(Serialize)]
struct Enqueued<'a> {
    routing_key: &'a str,
    event_action: &'static str,
    dedup_key: String,
    client: &'static str,
    payload: Payload,
}

#[derive(Serialize)]
struct Payload {
    summary: String,
    source: String,
    severity: &'static str,
    timestamp: String,
    component: String,
    group: Option<String>,
    class: String,
    custom_details: Alert,
}

/// Writes the document.
pub(super) fn body(message: &Message, routing_key: &str) -> Vec<u8> {
    let action = match message.standing {
        Standing::Raised | Standing::Changed => "trigger",
        Standing::Acknowledged => "acknowledge",
        Standing::Resolved => "resolve",
    };
    let summary = format!("{}: {}", wording::heading(message), message.what);
    let event = Enqueued {
        routing_key,
        event_action: action,
        dedup_key: message.thread.chars().take(KEY).collect(),
        client: "keybaton",
        payload: Payload {
            summary: summary.chars().take(SUMMARY).collect(),
            source: format!("keybaton {}", message.installation),
            severity: message.severity.word(),
            timestamp: rfc3339(message.since),
            component: message.subject.to_string(),
            group: message.owner.clone(),
            class: message.kind.clone(),
            custom_details: wording::document(message),
        },
    };
    // texts and numbers always have a form in JSON
    serde_json::to_vec(&event).unwrap_or_default()
}
