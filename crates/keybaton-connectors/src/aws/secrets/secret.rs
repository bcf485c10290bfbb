//! A version as it was read. Nothing of it is copied out of the answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use data_encoding::BASE64;
use keybaton_ports::{Called, Fault};
use keybaton_seal::SecretValue;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::web::outcome;

/// A version as it was read.
pub(super) struct Secret {
    line: String,
    body: Zeroizing<Vec<u8>>,
}

/// What stands in the answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Whole<'a> {
    #[serde(borrow, default)]
    secret_string: Option<&'a RawValue>,
    #[serde(borrow, default)]
    secret_binary: Option<&'a RawValue>,
}

/// The fields of a JSON object, as they are written.
type Fields<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// A field that is written beside those that are kept.
#[derive(Serialize)]
#[serde(untagged)]
enum Part<'a> {
    Kept(&'a RawValue),
    Ours(&'a str),
}

impl Secret {
    pub(super) fn of(line: String, body: Zeroizing<Vec<u8>>) -> Self {
        Self { line, body }
    }

    /// The value: the whole of it, or a field. Nothing where there is none; an object without text in the field, and what is
    /// no object at all, are shown as they are written, so that they stay recognisable as somebody else's.
    pub(super) fn value(&self, field: Option<&str>) -> Called<Option<SecretValue>> {
        let bytes = match (self.text()?, field) {
            (Some(text), Some(field)) => of_field(&text, field),
            (Some(text), None) => Some(text.as_bytes().to_vec()),
            (None, _) => self.binary()?,
        };
        let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
        SecretValue::new(bytes).map(Some).map_err(|_| self.unclear("its value is too long for a secret"))
    }

    /// Whether it holds anything that is not the field.
    pub(super) fn has_more_than(&self, field: Option<&str>) -> Called<bool> {
        let Some(field) = field else { return Ok(false) };
        let text = self.text()?.unwrap_or_default();
        Ok(serde_json::from_str::<Fields<'_>>(&text).map_or(true, |fields| fields.keys().any(|name| name != field)))
    }

    /// The text that has another value in the field and is the same else; none where it is no JSON object.
    pub(super) fn with(&self, field: &str, value: &str) -> Called<Option<Zeroizing<String>>> {
        if self.whole()?.secret_binary.is_some() {
            return Ok(None);
        }
        Ok(object(&self.text()?.unwrap_or_default(), field, value))
    }

    fn text(&self) -> Called<Option<Zeroizing<String>>> {
        self.whole()?.secret_string.map(|raw| self.read(raw)).transpose()
    }

    fn binary(&self) -> Called<Option<Vec<u8>>> {
        let Some(raw) = self.whole()?.secret_binary else { return Ok(None) };
        let bytes = BASE64.decode(self.read(raw)?.as_bytes());
        bytes.map(Some).map_err(|_| self.unclear("its bytes are not written in base 64"))
    }

    // What serde_json says about broken JSON is a place, never a piece of it.
    fn whole(&self) -> Called<Whole<'_>> {
        serde_json::from_slice(&self.body).map_err(|error| self.unclear(&format!("the answer is none: {error}")))
    }

    fn read(&self, raw: &RawValue) -> Called<Zeroizing<String>> {
        serde_json::from_str(raw.get()).map(Zeroizing::new).map_err(|_| self.unclear("its value is no text"))
    }

    fn unclear(&self, what: &str) -> Fault {
        outcome::of_answer(&self.line, what)
    }
}

/// The JSON object of one field.
pub(super) fn single(field: &str, value: &str) -> Option<Zeroizing<String>> {
    object("", field, value)
}

fn of_field(text: &str, field: &str) -> Option<Vec<u8>> {
    let Ok(fields) = serde_json::from_str::<Fields<'_>>(text) else { return Some(text.as_bytes().to_vec()) };
    let raw = fields.get(field)?.get();
    if raw == "null" {
        return None;
    }
    Some(serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()).into_bytes())
}

fn object(text: &str, field: &str, value: &str) -> Option<Zeroizing<String>> {
    let fields: Fields<'_> = if text.is_empty() { Fields::new() } else { serde_json::from_str(text).ok()? };
    let kept = fields.iter().map(|(name, raw)| (name.as_ref(), Part::Kept(raw)));
    let parts: BTreeMap<&str, Part<'_>> = kept.chain([(field, Part::Ours(value))]).collect();
    serde_json::to_string(&parts).ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secret(body: &serde_json::Value) -> Secret {
        Secret::of("secretsmanager:GetSecretValue".to_owned(), Zeroizing::new(body.to_string().into_bytes()))
    }

    fn reads(body: &serde_json::Value, field: Option<&str>, expected: Option<&[u8]>) {
        let value = secret(body).value(field).unwrap();
        assert_eq!(value.is_some(), expected.is_some(), "{body}");
        assert!(value.is_none_or(|value| value.is(expected.unwrap_or_default())), "{body}");
    }

    #[test]
    fn a_value_is_the_whole_or_a_field() {
        let object =
            json!({ "SecretString": "{\"user\": \"app\", \"password\": \"p\\\"1\", \"port\": 5432, \"x\": null}" });
        reads(&object, Some("password"), Some(b"p\"1"));
        reads(&object, Some("port"), Some(b"5432"));
        reads(&object, Some("x"), None);
        reads(&object, Some("other"), None);
        reads(&json!({ "SecretString": "plain" }), None, Some(b"plain"));
        reads(&json!({ "SecretString": "plain" }), Some("password"), Some(b"plain"));
        reads(&json!({ "SecretBinary": "AAEC" }), None, Some(&[0, 1, 2]));
        reads(&json!({}), None, None);
        assert!(secret(&json!({ "SecretBinary": "?" })).value(None).is_err());
    }

    #[test]
    fn other_fields_are_written_back_as_they_were_read() {
        let object =
            json!({ "SecretString": "{\"n\":12345678901234567890123.50,\"o\":{\"b\":[1, 2]},\"value\":\"old\"}" });
        let written = secret(&object).with("value", "n\"ew").unwrap().unwrap();
        assert_eq!(*written, "{\"n\":12345678901234567890123.50,\"o\":{\"b\":[1, 2]},\"value\":\"n\\\"ew\"}");
        assert!(secret(&object).has_more_than(Some("value")).unwrap());
        assert!(secret(&json!({ "SecretString": "plain" })).with("value", "new").unwrap().is_none());
        assert!(secret(&json!({ "SecretBinary": "AAEC" })).with("value", "new").unwrap().is_none());
        assert_eq!(*single("value", "new").unwrap(), "{\"value\":\"new\"}");
    }
}
