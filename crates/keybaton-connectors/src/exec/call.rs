//! What a program is told: one JSON document in one line.

use std::time::Duration;

use keybaton_seal::SecretValue;
use keybaton_types::SecretId;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use super::mask::Mask;

/// The schema of both documents.
pub(super) const SCHEMA: &str = "keybaton/exec/v1";

/// What a program is given in every call.
pub(super) struct Given {
    pub(super) options: Map<String, Value>,
    pub(super) secrets: Vec<(String, SecretValue)>,
}

/// One call in the making.
pub(super) struct Call {
    verb: &'static str,
    document: Map<String, Value>,
    /// A value is kept apart from the document until it is written.
    value: Option<Zeroizing<String>>,
    secrets: Vec<(String, Zeroizing<String>)>,
}

/// A call as it goes over stdin, and what must not come back in any words.
pub(super) struct Message {
    pub(super) verb: &'static str,
    pub(super) line: Zeroizing<Vec<u8>>,
    pub(super) mask: Mask,
}

impl Call {
    pub(super) fn new(verb: &'static str, given: &Given, timeout: Duration) -> Self {
        let mut document = Map::new();
        document.insert("schema".to_owned(), json!(SCHEMA));
        document.insert("verb".to_owned(), json!(verb));
        document.insert("timeout_seconds".to_owned(), json!(timeout.as_secs_f64()));
        document.insert("options".to_owned(), Value::Object(given.options.clone()));
        let secrets = given.secrets.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        Self { verb, document, value: None, secrets }
    }

    pub(super) fn secret(self, secret: &SecretId) -> Self {
        self.with("secret", json!({ "name": secret.name(), "env": secret.env() }))
    }

    pub(super) fn with(mut self, key: &'static str, value: Value) -> Self {
        self.document.insert(key.to_owned(), value);
        self
    }

    pub(super) fn value(mut self, value: &SecretValue) -> Self {
        self.value = Some(text(value));
        self
    }

    /// Writes the document. The secrets are written behind the rest, so that no other copy of them is made.
    pub(super) fn message(self) -> Message {
        let values = || self.value.iter().chain(self.secrets.iter().map(|(_, value)| value));
        let mask = Mask::new(values().map(|value| value.as_bytes()));
        let plain = serde_json::to_vec(&self.document).unwrap_or_default();
        let names: usize = self.secrets.iter().map(|(name, _)| name.len() * 6 + 8).sum();
        let room = plain.len() + names + values().map(|value| value.len() * 6).sum::<usize>() + 64;
        let mut line = Zeroizing::new(Vec::with_capacity(room));
        line.extend_from_slice(plain.strip_suffix(b"}").unwrap_or(&plain));
        if let Some(value) = &self.value {
            line.push(b',');
            member(&mut line, "value", value);
        }
        line.extend_from_slice(b",\"secrets\":{");
        for (at, (name, value)) in self.secrets.iter().enumerate() {
            if at > 0 {
                line.push(b',');
            }
            member(&mut line, name, value);
        }
        line.extend_from_slice(b"}}\n");
        Message { verb: self.verb, line, mask }
    }
}

fn member(line: &mut Zeroizing<Vec<u8>>, name: &str, value: &str) {
    // Writing into a vector does not fail.
    let _ = serde_json::to_writer(&mut **line, name);
    line.push(b':');
    let _ = serde_json::to_writer(&mut **line, value);
}

/// What is no UTF-8 cannot stand in JSON; no value that is drawn or told in a document is such.
#[expect(
    clippy::disallowed_methods,
    reason = "the program is given the secrets that the configuration says, on its stdin"
)]
fn text(value: &SecretValue) -> Zeroizing<String> {
    Zeroizing::new(String::from_utf8_lossy(value.expose()).into_owned())
}
