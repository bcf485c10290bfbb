//! A KV secret as it was read: its version, its fields, and what is said of it. Nothing of it is copied out of the answer.

use std::collections::BTreeMap;

use keybaton_ports::{Called, Fault};
use keybaton_seal::SecretValue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::failure;
use super::wire::{Answer, Asked};
use crate::web::outcome;

/// A KV secret as it was read.
pub(super) struct Secret {
    line: String,
    body: Option<Zeroizing<Vec<u8>>>,
}

/// What stands in the answer.
#[derive(Deserialize)]
struct Whole<'a> {
    #[serde(borrow)]
    data: Data<'a>,
}

#[derive(Deserialize)]
struct Data<'a> {
    /// None where the version was deleted or destroyed.
    #[serde(borrow)]
    data: Option<BTreeMap<String, &'a RawValue>>,
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    version: u64,
    #[serde(default)]
    custom_metadata: Option<BTreeMap<String, String>>,
}

/// What was read.
#[derive(Default)]
pub(super) struct Read<'a> {
    /// The version; zero where there never was one.
    pub(super) version: u64,
    /// What is said of the secret as a whole.
    pub(super) custom: BTreeMap<String, String>,
    fields: BTreeMap<String, &'a RawValue>,
}

/// What is written.
#[derive(Serialize)]
struct Write<'a> {
    data: BTreeMap<&'a str, Part<'a>>,
    options: Options,
}

#[derive(Serialize)]
struct Options {
    cas: u64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Kept(&'a RawValue),
    Ours(&'a str),
}

impl Secret {
    /// Takes the answer to a read. A version that was deleted is answered with 404, and so is a secret that never was.
    pub(super) fn of(asked: &Asked<'_>, answer: Answer) -> Called<Self> {
        let line = asked.line();
        let Answer { status, body } = answer;
        if status.is_success() || status.as_u16() == 404 && serde_json::from_slice::<Whole<'_>>(&body).is_ok() {
            return Ok(Self { line, body: Some(body) });
        }
        if status.as_u16() == 404 && failure::is_empty(&body) {
            return Ok(Self { line, body: None });
        }
        Err(failure::of_answer(&line, status, &body))
    }

    /// Reads the answer.
    pub(super) fn read(&self) -> Called<Read<'_>> {
        let Some(body) = &self.body else { return Ok(Read::default()) };
        // What serde_json says about broken JSON is a place, never a piece of it.
        let whole: Whole<'_> = serde_json::from_slice(body)
            .map_err(|error| self.unclear(&format!("the answer is none of a KV engine, version 2: {error}")))?;
        let Data { data, metadata } = whole.data;
        let custom = metadata.custom_metadata.unwrap_or_default();
        Ok(Read { version: metadata.version, custom, fields: data.unwrap_or_default() })
    }

    fn unclear(&self, what: &str) -> Fault {
        outcome::of_answer(&self.line, what)
    }
}

impl Read<'_> {
    /// The value in a field. What is no text is shown as it is written: it is nobody's value, and stays recognisable as
    /// somebody else's.
    pub(super) fn value(&self, field: &str) -> Called<Option<SecretValue>> {
        let Some(raw) = self.fields.get(field) else { return Ok(None) };
        let text = serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
        if text.is_empty() || raw.get() == "null" {
            return Ok(None);
        }
        let too_long = |_| outcome::of_answer("the field", "its value is too long for a secret");
        SecretValue::from_text(text).map(Some).map_err(too_long)
    }

    /// Whether there is any other field.
    pub(super) fn has_more_than(&self, field: &str) -> bool {
        self.fields.keys().any(|name| name != field)
    }

    /// The body of a write that changes one field, if this is still the version.
    pub(super) fn with(&self, field: &str, value: &str) -> serde_json::Result<Zeroizing<Vec<u8>>> {
        let kept = self.fields.iter().map(|(name, raw)| (name.as_str(), Part::Kept(raw)));
        let data = kept.chain([(field, Part::Ours(value))]).collect();
        serde_json::to_vec(&Write { data, options: Options { cas: self.version } }).map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn secret(status: u16, body: &str) -> Called<Secret> {
        let body = Zeroizing::new(body.as_bytes().to_vec());
        Secret::of(&Asked::get("/v1/secret/data/a"), Answer { status: StatusCode::from_u16(status).unwrap(), body })
    }

    #[test]
    fn other_fields_are_written_back_as_they_were_read() {
        let text = r#"{"data":{"data":{"n":12345678901234567890123.50,"o":{"b":[1, 2]},"value":"old"},"metadata":{"version":3,"custom_metadata":null}}}"#;
        let secret = secret(200, text).unwrap();
        let read = secret.read().unwrap();
        let body = read.with("value", "n\"ew").unwrap();
        let expected =
            r#"{"data":{"n":12345678901234567890123.50,"o":{"b":[1, 2]},"value":"n\"ew"},"options":{"cas":3}}"#;
        assert_eq!(str::from_utf8(&body).unwrap(), expected);
        assert!(read.has_more_than("value"));
        assert!(read.value("value").unwrap().unwrap().is(b"old"));
        assert!(read.value("n").unwrap().unwrap().is(b"12345678901234567890123.50"));
    }

    #[test]
    fn nothing_and_a_deleted_version_are_told_from_a_path_that_leads_nowhere() {
        assert_eq!(secret(404, r#"{"errors":[]}"#).unwrap().read().unwrap().version, 0);
        let deleted =
            r#"{"data":{"data":null,"metadata":{"version":7,"deletion_time":"x","custom_metadata":{"a":"b"}}}}"#;
        let deleted = secret(404, deleted).unwrap();
        let read = deleted.read().unwrap();
        assert_eq!((read.version, read.custom.len()), (7, 1));
        assert!(read.value("value").unwrap().is_none());
        assert!(secret(404, r#"{"errors":["no handler for route \"x\". route entry not found."]}"#).is_err());
        assert!(secret(404, "<html>").is_err());
        assert!(secret(200, "{}").unwrap().read().is_err());
    }
}
