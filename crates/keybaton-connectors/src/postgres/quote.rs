//! Names and texts as SQL writes them. Statements about roles take no parameters, so these two types are the only way
//! in which anything from outside gets into one.

use std::fmt;

/// The longest name; `PostgreSQL` cuts what is longer, so that two names would mean one role.
const LONGEST: usize = 63;

/// A name: 1 to 63 bytes without control characters; prints itself quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    /// Takes a name, if it can be one.
    pub(super) fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// The name without quotes.
    pub(super) fn plain(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

/// A text; prints itself quoted, in the one form that does not depend on `standard_conforming_strings`.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "E'{}'", self.0.replace('\\', "\\\\").replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_do_not_end_a_name_or_a_text() {
        assert_eq!(Name::new("a\"; DROP ROLE b; --").unwrap().to_string(), "\"a\"\"; DROP ROLE b; --\"");
        assert_eq!(Text("it's a \\").to_string(), "E'it''s a \\\\'");
    }

    #[test]
    fn what_the_server_would_cut_or_refuse_is_no_name() {
        for text in ["", "a\nb", "a\0b", &"x".repeat(64)] {
            assert_eq!(Name::new(text), None);
        }
    }
}
