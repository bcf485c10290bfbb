//! An alert in words for people, and as the document that their tools get: the same on every channel.

use keybaton_core::civil::rfc3339;
use keybaton_ports::{Message, Standing, Subject};
use keybaton_types::document::Alert;

/// The heading: `[keybaton] payments/prod: held`.
pub(crate) fn heading(message: &Message) -> String {
    let standing = match message.standing {
        Standing::Raised => "",
        Standing::Changed => " (changed)",
        Standing::Acknowledged => " (acknowledged)",
        Standing::Resolved => " (resolved)",
    };
    format!("[keybaton] {}: {}{standing}", message.subject, message.kind.replace('-', " "))
}

/// What is known beside the heading, a line each.
pub(crate) fn lines(message: &Message) -> Vec<String> {
    let owner = message.owner.as_ref().map(|owner| format!("owner: {owner}"));
    let rotation = rotation(message).map(|rotation| format!("rotation: {rotation}"));
    let over = (message.standing == Standing::Resolved).then(|| format!("over since: {}", rfc3339(message.changed)));
    let next = match &message.subject {
        Subject::Secret(secret) => format!("next: keybaton explain {secret}"),
        Subject::Channel(name) => format!("next: keybaton alert test {name}"),
        Subject::Keybaton => "next: keybaton doctor".to_owned(),
    };
    let next = (message.standing != Standing::Resolved).then_some(next);
    let rows =
        [Some(message.what.clone()), owner, rotation, Some(format!("since: {}", rfc3339(message.since))), over, next];
    rows.into_iter().flatten().collect()
}

/// The document.
pub(crate) fn document(message: &Message) -> Alert {
    let secret = match &message.subject {
        Subject::Secret(secret) => Some(secret),
        Subject::Channel(_) | Subject::Keybaton => None,
    };
    Alert {
        schema: Alert::SCHEMA.to_owned(),
        subject: message.subject.to_string(),
        secret: secret.map(|secret| secret.name().to_owned()),
        env: secret.map(|secret| secret.env().to_owned()),
        owner: message.owner.clone(),
        rotation: rotation(message),
        kind: message.kind.clone(),
        severity: message.severity.word().to_owned(),
        standing: message.standing.word().to_owned(),
        what: message.what.clone(),
        since: rfc3339(message.since),
        changed: rfc3339(message.changed),
        thread: message.thread.clone(),
    }
}

fn rotation(message: &Message) -> Option<String> {
    match (&message.subject, message.rotation) {
        (Subject::Secret(secret), Some(rotation)) => Some(rotation.name(secret)),
        (Subject::Secret(_) | Subject::Channel(_) | Subject::Keybaton, _) => None,
    }
}
