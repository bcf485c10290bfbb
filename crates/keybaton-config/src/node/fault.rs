//! What serde found wrong, with its structure kept and without the text of any value.

use std::fmt;

use serde::de::{Expected, Unexpected};

use super::Span;

/// What serde found wrong, and where.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) span: Option<Span>,
    pub(crate) kind: Kind,
}

/// What is wrong.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// The file is not TOML; the text is the parser's own and quotes nothing.
    Syntax(String),
    /// A key that the table does not have.
    UnknownKey { key: String, expected: &'static [&'static str] },
    /// A word that is not among those allowed. It may be a literal that stands in the wrong place.
    UnknownWord { word: String, expected: &'static [&'static str] },
    /// A key that the table needs.
    Missing(&'static str),
    /// A value of another kind than expected.
    Type { expected: String, found: &'static str },
    /// Anything else, in words of the type that was read.
    Other(String),
}

impl Fault {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { span: None, kind }
    }

    /// Places the fault, unless something deeper has placed it already.
    pub(crate) fn at(mut self, span: Option<Span>) -> Self {
        self.span = self.span.or(span);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Syntax(text) | Kind::Other(text) => f.write_str(text),
            Kind::UnknownKey { key, .. } => write!(f, "unknown key `{}`", key.escape_debug()),
            Kind::UnknownWord { .. } => f.write_str("unknown word"),
            Kind::Missing(key) => write!(f, "`{key}` is missing"),
            Kind::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
        }
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::new(Kind::Other(text.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Kind::Type { expected: expected.to_string(), found: kind(&found) })
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Kind::Type { expected: expected.to_string(), found: "another value" })
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new(Kind::Other(format!("expected {expected}, found {length} of them")))
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownWord { word: word.to_owned(), expected })
    }

    fn unknown_field(key: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Kind::UnknownKey { key: key.to_owned(), expected })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::new(Kind::Missing(key))
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::new(Kind::Other(format!("`{key}` stands here twice")))
    }
}

fn kind(found: &Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a whole number",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "text",
        Unexpected::Seq => "an array",
        Unexpected::Map | Unexpected::StructVariant => "a table",
        _ => "something else",
    }
}
