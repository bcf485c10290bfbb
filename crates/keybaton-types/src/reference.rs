//! Where a secret of ours comes from. The configuration holds references only, never a secret itself.

use std::fmt;
use std::path::PathBuf;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::SecretId;

/// The forms of a reference, for every error about one.
const FORMS: &str = "{ env = \"NAME\" }, { file = \"path\" }, { credential = \"name\" }, { secret = \"name/env\" } or \
                     { command = [\"program\", \"argument\"] }";

/// Where a secret of ours comes from, written as a table with one key: `{ env = "ACME_ADMIN_TOKEN" }`.
///
/// A bare text, number or list is refused, and the refusal does not repeat it: it may be the secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// An environment variable.
    Env(String),
    /// A file; a relative path starts at the folder of the configuration file.
    File(PathBuf),
    /// A systemd credential, by its name in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
    /// Another secret that keybaton keeps.
    Secret(SecretId),
    /// A program and its arguments, without a shell; its standard output is the secret.
    Command(Vec<String>),
}

impl Reference {
    /// Returns the JSON Schema of a reference.
    pub fn json_schema() -> serde_json::Value {
        let text = json!({ "type": "string", "minLength": 1 });
        let words = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
        let forms = [
            ("env", "An environment variable.", &text),
            ("file", "A file; a relative path starts at the folder of the configuration file.", &text),
            ("credential", "A systemd credential, by its name.", &text),
            ("secret", "Another secret that keybaton keeps, as NAME/ENV.", &text),
            ("command", "A program and its arguments, without a shell; its standard output is the secret.", &words),
        ];
        let one = |(key, description, value): (&str, &str, &serde_json::Value)| {
            json!({
                "type": "object",
                "description": description,
                "properties": { key: value },
                "required": [key],
                "additionalProperties": false,
            })
        };
        json!({
            "description": "Where a secret comes from; never the secret itself.",
            "oneOf": forms.map(one),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Credential(name) => write!(f, "the systemd credential {name}"),
            Self::Secret(secret) => write!(f, "the secret {secret}"),
            // The arguments may be somebody's business; the program is enough to find it.
            Self::Command(words) => write!(f, "the command {}", words.first().map_or("", String::as_str)),
        }
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Table)
    }
}

/// The keys of a reference.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Env,
    File,
    Credential,
    Secret,
    Command,
}

/// Reads a reference, and refuses everything else without repeating it.
struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = Reference;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a reference to a secret: {FORMS}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reference, A::Error> {
        let Some(key) = map.next_key()? else {
            return Err(de::Error::custom(format!("a reference is one of {FORMS}")));
        };
        let reference = match key {
            Key::Env => Reference::Env(text(map.next_value()?, "env")?),
            Key::File => Reference::File(text::<A::Error>(map.next_value()?, "file")?.into()),
            Key::Credential => Reference::Credential(text(map.next_value()?, "credential")?),
            Key::Secret => {
                Reference::Secret(text::<A::Error>(map.next_value()?, "secret")?.parse().map_err(de::Error::custom)?)
            }
            Key::Command => Reference::Command(words(map.next_value()?)?),
        };
        match map.next_key::<IgnoredAny>()? {
            None => Ok(reference),
            Some(_) => Err(de::Error::custom(format!("a reference has one key: {FORMS}"))),
        }
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_bytes<E: de::Error>(self, _: &[u8]) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Reference, E> {
        Err(literal())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Reference, A::Error> {
        Err(literal())
    }
}

/// A value of which a refusal says nothing.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a value that cannot be read")]
enum Plain {
    Text(String),
    Words(Vec<String>),
    Other(IgnoredAny),
}

fn text<E: de::Error>(plain: Plain, key: &str) -> Result<String, E> {
    match plain {
        Plain::Text(text) if !text.is_empty() && !text.contains('\0') => Ok(text),
        Plain::Text(_) | Plain::Words(_) | Plain::Other(_) => {
            Err(de::Error::custom(format!("{key} takes a text that is not empty")))
        }
    }
}

fn words<E: de::Error>(plain: Plain) -> Result<Vec<String>, E> {
    match plain {
        Plain::Words(words) if words.first().is_some_and(|program| !program.is_empty()) => Ok(words),
        Plain::Text(_) | Plain::Words(_) | Plain::Other(_) => {
            Err(de::Error::custom("command takes a list of texts, the program first: [\"program\", \"argument\"]"))
        }
    }
}

fn literal<E: de::Error>() -> E {
    de::Error::custom(format!("a secret never stands in the configuration itself; refer to it with {FORMS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Reference, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_is_read_and_written_alike() {
        for json in [
            r#"{"env":"TOKEN"}"#,
            r#"{"file":"a/b"}"#,
            r#"{"credential":"acme"}"#,
            r#"{"secret":"other/prod"}"#,
            r#"{"command":["pass","show","acme"]}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn a_literal_is_refused_and_not_repeated() {
        for json in [
            r#""hunter2""#,
            "2222",
            "-2222",
            "22.22",
            "true",
            r#"["hunter2"]"#,
            r#"{"env":2222}"#,
            r#"{"command":"hunter2"}"#,
            r#"{"command":[]}"#,
            r#"{"env":""}"#,
            r#"{"env":"A","file":"hunter2"}"#,
            "{}",
            "null",
        ] {
            let error = read(json).unwrap_err();
            assert!(!error.contains("hunter2") && !error.contains("22"), "{json}: {error}");
        }
        assert!(read(r#""hunter2""#).unwrap_err().contains("refer to it with { env ="));
    }

    #[test]
    fn an_unknown_form_is_named_beside_the_known_ones() {
        let error = read(r#"{"vault":"x"}"#).unwrap_err();
        assert!(error.contains("`vault`") && error.contains("`credential`"), "{error}");
    }

    #[test]
    fn a_reference_says_where_to_look() {
        assert_eq!(read(r#"{"env":"TOKEN"}"#).unwrap().to_string(), "the environment variable TOKEN");
        assert_eq!(read(r#"{"command":["pass","x"]}"#).unwrap().to_string(), "the command pass");
    }
}
