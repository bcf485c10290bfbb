//! Finding things in an answer: JSON path (RFC 9535), and what must stand there. Words about a misfit name the path and
//! the type, never what was found.

use jiff::Timestamp as Instant;
use keybaton_types::{IssuedId, Timestamp};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::build::BuildError;

/// The longest id that is believed, in bytes.
const LONGEST_ID: usize = 1024;

/// The longest name that is shown, in characters.
const LONGEST_NAME: usize = 200;

/// Where Unix seconds end and milliseconds begin: seconds reach this in the year 5138.
const FIRST_MILLIS: f64 = 1e11;

/// Where milliseconds end: the year 5138 again.
const LAST_MILLIS: f64 = 1e14;

/// A checked JSON path.
#[derive(Debug)]
pub(super) struct Path {
    source: String,
    path: JsonPath,
}

impl Path {
    pub(super) fn new(at: &str, source: &str) -> Result<Self, BuildError> {
        let path = JsonPath::parse(source)
            .map_err(|error| BuildError::setting(at, format!("{source:?} is not a JSONPath (RFC 9535): {error}")))?;
        Ok(Self { source: source.to_owned(), path })
    }

    /// Returns everything that it finds.
    pub(super) fn all<'v>(&self, document: &'v Value) -> Vec<&'v Value> {
        self.path.query(document).all()
    }

    /// Returns what it finds, once; nothing and null are `None`.
    pub(super) fn optional<'v>(&self, document: &'v Value) -> Result<Option<&'v Value>, String> {
        match self.all(document)[..] {
            [] | [Value::Null] => Ok(None),
            [found] => Ok(Some(found)),
            _ => Err(self.misfit("finds more than one thing")),
        }
    }

    /// Returns the one thing that it finds.
    pub(super) fn one<'v>(&self, document: &'v Value) -> Result<&'v Value, String> {
        self.optional(document)?.ok_or_else(|| self.misfit("finds nothing"))
    }

    /// Takes the one text that it finds out of the document, so that no copy stays.
    pub(super) fn take_text(&self, document: &mut Value) -> Result<String, String> {
        self.one(document)?;
        let pointer = match &self.path.query_located(document).all()[..] {
            [node] => node.location().to_json_pointer(),
            _ => return Err(self.misfit("finds more than one thing")),
        };
        match document.pointer_mut(&pointer).map(Value::take) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text),
            Some(Value::String(_)) => Err(self.misfit("is empty")),
            Some(other) => Err(self.wrong("a text", &other)),
            None => Err(self.misfit("finds nothing")),
        }
    }

    /// Returns the id that it finds: a text or a whole number.
    pub(super) fn id(&self, document: &Value) -> Result<IssuedId, String> {
        let id = match self.one(document)? {
            Value::String(text) => text.clone(),
            Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
            other => return Err(self.wrong("a text or a whole number", other)),
        };
        if id.is_empty() || id.len() > LONGEST_ID || id.chars().any(char::is_control) {
            return Err(self.misfit("is empty, too long or has control characters"));
        }
        Ok(IssuedId(id))
    }

    /// Returns the text that it finds, if any; an empty one is none.
    pub(super) fn text(&self, document: &Value) -> Result<Option<String>, String> {
        match self.optional(document)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(other) => Err(self.wrong("a text", other)),
        }
    }

    /// Returns the name that it finds, for people to read: one line, and not a long one. Whatever else stands there is
    /// none, because nothing is decided by it.
    pub(super) fn name(&self, document: &Value) -> Option<String> {
        let name = match self.optional(document).ok()?? {
            Value::String(text) => text.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        Some(name).filter(|name: &String| !name.trim().is_empty())
    }

    /// Returns the truth that it finds, if any.
    pub(super) fn truth(&self, document: &Value) -> Result<Option<bool>, String> {
        match self.optional(document)? {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(other) => Err(self.wrong("true or false", other)),
        }
    }

    /// Returns whether what it finds, if anything, equals `wanted`. Another type is a misfit, not "no".
    pub(super) fn equals(&self, document: &Value, wanted: &Value) -> Result<Option<bool>, String> {
        match self.optional(document)? {
            None => Ok(None),
            Some(found) if kind(found) == kind(wanted) => Ok(Some(found == wanted)),
            Some(other) => Err(self.wrong(kind(wanted), other)),
        }
    }

    /// Returns the time that it finds, if any: RFC 3339, RFC 2822, or Unix seconds or milliseconds. An empty text is none.
    pub(super) fn time(&self, document: &Value) -> Result<Option<Timestamp>, String> {
        let wanted = "a time of RFC 3339 or RFC 2822, or Unix seconds or milliseconds";
        match self.optional(document)? {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                let time = instant(text).ok_or_else(|| self.misfit(&format!("is not {wanted}")))?;
                Ok(Some(Timestamp(time.as_microsecond())))
            }
            Some(Value::Number(number)) => {
                let time = number.as_f64().and_then(unix).ok_or_else(|| self.misfit(&format!("is not {wanted}")))?;
                Ok(Some(time))
            }
            Some(other) => Err(self.wrong(wanted, other)),
        }
    }

    /// Returns the whole number that it finds, which is not below zero.
    pub(super) fn count(&self, document: &Value) -> Result<usize, String> {
        let found = self.one(document)?;
        let count = found.as_u64().and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| self.wrong("a whole number that is not below zero", found))
    }

    /// Returns the cursor that it finds, if any: a text or a whole number; an empty text is none.
    pub(super) fn cursor(&self, document: &Value) -> Result<Option<String>, String> {
        match self.optional(document)? {
            Some(Value::Number(number)) if number.is_u64() || number.is_i64() => Ok(Some(number.to_string())),
            _ => self.text(document),
        }
    }

    fn wrong(&self, wanted: &str, found: &Value) -> String {
        self.misfit(&format!("is {}, not {wanted}", kind(found)))
    }

    /// Whether everything that it finds, and at least one thing, is a list.
    pub(super) fn finds_a_list(&self, document: &Value) -> bool {
        let found = self.all(document);
        !found.is_empty() && found.iter().all(|value| value.is_array())
    }

    pub(super) fn misfit(&self, what: &str) -> String {
        format!("{} {what} in the answer", self.source)
    }
}

fn instant(text: &str) -> Option<Instant> {
    text.parse().ok().or_else(|| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp()))
}

fn unix(number: f64) -> Option<Timestamp> {
    let micros = match number.abs() {
        seconds if seconds < FIRST_MILLIS => number * 1e6,
        millis if millis < LAST_MILLIS => number * 1e3,
        _ => return None,
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the bounds keep it far below 2^63, and less than a microsecond is lost"
    )]
    Some(Timestamp(micros.round() as i64))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
