//! A parameter of a preset: what the user gives, and what it must look like.

use serde::Deserialize;
use serde_json::Value;

/// A parameter of a preset.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name: a key beside `preset`, and a variable of the preset's templates.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it must be.
    pub kind: Type,
    /// Whether the user must give it.
    pub required: bool,
    /// What holds when it is not given.
    pub default: Option<Value>,
    /// An example, as it stands in the configuration.
    pub example: String,
    shape: Shape,
}

/// What a parameter must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
    /// A whole number.
    Integer,
    /// A list of tables.
    Tables,
    /// A reference to a secret.
    Reference,
}

impl Type {
    /// What it is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Integer => "a whole number",
            Self::Tables => "a list of tables",
            Self::Reference => "a reference to a secret",
        }
    }
}

/// A parameter as the file declares it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    description: String,
    #[serde(rename = "type")]
    kind: Type,
    #[serde(default)]
    required: bool,
    default: Option<Value>,
    example: String,
    prefix: Option<String>,
    characters: Option<String>,
    length: Option<(usize, usize)>,
    one_of: Option<Vec<String>>,
    least: Option<i64>,
    most: Option<i64>,
}

/// What a text or a number must look like.
#[derive(Clone, Debug)]
struct Shape {
    prefix: Option<String>,
    /// The characters that it may have, ranges with a hyphen between: `0-9a-f`.
    characters: Option<String>,
    length: Option<(usize, usize)>,
    one_of: Option<Vec<String>>,
    least: Option<i64>,
    most: Option<i64>,
}

impl Parameter {
    pub(super) fn new(name: String, declared: Declared) -> Self {
        let Declared { description, kind, required, default, example, .. } = declared;
        let Declared { prefix, characters, length, one_of, least, most, .. } = declared;
        let shape = Shape { prefix, characters, length, one_of, least, most };
        Self { name, description, kind, required, default, example, shape }
    }

    /// Returns what is wrong with a value, if anything is. The words never repeat it.
    pub(super) fn misfit(&self, value: &Value) -> Option<String> {
        let fits = match self.kind {
            Type::Text => value.is_string(),
            Type::Texts => {
                value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_string))
            }
            Type::Integer => value.is_i64(),
            Type::Tables => {
                value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
            }
            // The table that it is moved to reads references, and says what is wrong with one.
            Type::Reference => true,
        };
        if !fits {
            return Some(format!("expected {}, such as {}", self.kind.words(), self.example));
        }
        self.shape.misfit(value).map(|what| format!("{what}, such as {}", self.example))
    }

    /// What it must look like, in words; nothing where every value of its kind will do.
    pub fn looks(&self) -> Option<String> {
        self.shape.words()
    }
}

impl Shape {
    fn misfit(&self, value: &Value) -> Option<String> {
        let fits = match value {
            Value::String(text) => self.fits(text),
            Value::Number(number) => number.as_i64().is_none_or(|number| {
                self.least.is_none_or(|least| number >= least) && self.most.is_none_or(|most| number <= most)
            }),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => true,
        };
        if fits { None } else { Some(format!("it is {}", self.words().unwrap_or_default())) }
    }

    fn fits(&self, text: &str) -> bool {
        let (least, most) = self.length.unwrap_or((1, 4096));
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let Some(rest) = text.strip_prefix(prefix) else { return false };
        (least..=most).contains(&text.chars().count())
            && self.one_of.as_ref().is_none_or(|words| words.iter().any(|word| word == text))
            && self.characters.as_ref().is_none_or(|class| rest.chars().all(|c| within(class, c)))
    }

    fn words(&self) -> Option<String> {
        let length = self.length.map(|(least, most)| {
            if least == most {
                format!("{least} characters long")
            } else {
                format!("{least} to {most} characters long")
            }
        });
        let number = match (self.least, self.most) {
            (None, None) => None,
            (Some(least), None) => Some(format!("at least {least}")),
            (None, Some(most)) => Some(format!("at most {most}")),
            (Some(least), Some(most)) => Some(format!("from {least} to {most}")),
        };
        let parts = [
            self.prefix.as_ref().map(|prefix| format!("a text that begins with {prefix}")),
            self.characters.as_ref().map(|class| format!("made of {class}")),
            self.one_of.as_ref().map(|words| format!("one of {}", words.join(", "))),
            length,
            number,
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Whether a character is in a class such as `0-9a-f.-`; a hyphen at its end stands for itself.
fn within(class: &str, c: char) -> bool {
    let mut rest = class;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let range = after.strip_prefix('-').and_then(|end| Some((end.chars().next()?, end)));
        let (last, left) = match range {
            Some((last, end)) => (last, &end[last.len_utf8()..]),
            None => (first, after),
        };
        if (first..=last).contains(&c) {
            return true;
        }
        rest = left;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_of_characters_has_ranges_and_single_ones() {
        assert!(['0', '9', 'f', '.', '-'].into_iter().all(|c| within("0-9a-f.-", c)));
        assert!(['g', '/', ' ', 'A'].into_iter().all(|c| !within("0-9a-f.-", c)));
    }
}
