//! The support archive: what somebody who helps needs to see, and nothing that is theirs to keep.

use keybaton_config::report;
use keybaton_core::civil::rfc3339;
use keybaton_ports::AuditRow;
use keybaton_types::document::{Doctor, Status};
use serde_json::{Value, json};

use super::{ground::Ground, redact::Redactor, tar::Archive};

/// Whether hosts, machines and people keep their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// They get others.
    Hidden,
    /// They keep them.
    Shown,
}

/// The texts of a support archive.
pub(crate) struct Bundle(Vec<(&'static str, String)>);

impl Bundle {
    /// Puts together what was gathered and found.
    pub(crate) fn new(ground: &Ground, doctor: &Doctor, names: Names) -> Self {
        let redactor = Redactor::new(ground.config.as_ref().ok(), names);
        let version = json!({ "keybaton": env!("CARGO_PKG_VERSION"), "os": std::env::consts::OS, "arch": std::env::consts::ARCH });
        let mut texts = vec![("version.json", version.to_string()), ("doctor.json", text(&json!(doctor)))];
        if let Ok(config) = &ground.config {
            texts.push(("config.json", text(&json!(report::show(config)))));
        }
        if let Some(Ok(book)) = &ground.book {
            texts.push(("status.json", text(&json!(unnamed(&book.status, &redactor)))));
            texts.push(("state.json", state(ground)));
            texts.push(("audit.jsonl", book.rows.iter().map(row).collect::<Vec<_>>().join("\n")));
        }
        Self(texts.into_iter().map(|(name, text)| (name, redactor.text(&text))).collect())
    }

    /// The archive.
    pub(crate) fn archive(&self) -> Vec<u8> {
        let mut archive = Archive::default();
        for (name, text) in &self.0 {
            archive.add(&format!("keybaton-support/{name}"), &format!("{text}\n"));
        }
        archive.finish()
    }

    /// What is inside, one line a file.
    pub(crate) fn contents(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, text)| format!("{name:<14} {} bytes", text.len() + 1))
    }
}

/// The counts of the state database.
fn state(ground: &Ground) -> String {
    let Some(Ok(book)) = &ground.book else { return String::new() };
    let census = &book.census;
    text(&json!({
        "format": census.schema, "epoch": census.epoch, "writes": census.writes, "secrets": census.secrets,
        "credentials": census.credentials, "sealed_values": census.sealed, "active_rotations": census.rotations,
        "alerts": census.alerts, "audit_rows": census.audit, "tokens": census.tokens, "now": rfc3339(book.now),
        "free_bytes": ground.disk.as_ref().map(|disk| disk.free),
    }))
}

/// The status, with instances that may bear the names of hosts called otherwise.
fn unnamed(status: &Status, redactor: &Redactor) -> Status {
    let mut status = status.clone();
    for secret in &mut status.secrets {
        secret.waits.clear();
        for (no, straggler) in secret.consumers.stragglers.iter_mut().enumerate() {
            straggler.instance = redactor.instance(no, &straggler.instance);
        }
    }
    status
}

/// What an audit row tells of the machine: never what a far service said, and never who did it.
fn row(row: &AuditRow) -> String {
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let at = |path: &str| body.pointer(path).map(word);
    json!({
        "secret": row.secret, "no": row.no, "at": rfc3339(row.at),
        "event": body.get("event").map(word), "state": at("/transition/rotation/state"),
        "effect": at("/transition/rotation/pending/effect"), "hash": row.hash.get(..16),
    })
    .to_string()
}

/// The name of an enum's variant in JSON, without what it holds.
fn word(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.keys().next().map_or(Value::Null, |key| Value::String(key.clone())),
        Value::String(_) | Value::Null => value.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => Value::Null,
    }
}

fn text(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}
