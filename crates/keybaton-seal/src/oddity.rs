//! What is odd about the shape of a value that somebody hands in: signs that it was copied wrongly. No word of it is
//! ever told.

use std::fmt;

use crate::SecretValue;

/// Something odd about the shape of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// White space at its begin or its end.
    Margin,
    /// A line break inside, and it is no PEM block.
    LineBreak,
    /// The same quote at both ends.
    Quoted,
    /// `NAME=` before it: a whole line of a `.env` file.
    Assignment,
    /// `Bearer`, `Basic` or `Token` before it: a whole header.
    Scheme,
    /// A word that stands where a value should have been put.
    Placeholder,
    /// Fewer than eight characters.
    Short,
}

/// What people write where a value is missing, in lower case.
const PLACEHOLDERS: [&str; 14] = [
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "replaceme",
    "replace-me",
    "replace_me",
    "todo",
    "secret",
    "password",
    "dummy",
    "example",
    "none",
    "null",
];

/// Parts of such words.
const PLACEHOLDER_PARTS: [&str; 8] =
    ["your-api-key", "your_api_key", "yourapikey", "your-key", "your_key", "your-secret", "your_secret", "insert-key"];

/// What begins a header.
const SCHEMES: [&str; 3] = ["bearer ", "basic ", "token "];

/// A value that is shorter protects nothing.
const SHORTEST: usize = 8;

/// Whether a text has one thing that is odd.
type Check = fn(&str) -> bool;

/// Everything that is odd about a value.
#[expect(clippy::disallowed_methods, reason = "the shape is looked at where it is, and only a name of it leaves here")]
pub fn oddities(value: &SecretValue) -> Vec<Oddity> {
    let Ok(text) = std::str::from_utf8(value.expose()) else { return Vec::new() };
    let checks: [(Check, Oddity); 7] = [
        (has_margin, Oddity::Margin),
        (is_broken, Oddity::LineBreak),
        (is_quoted, Oddity::Quoted),
        (is_assignment, Oddity::Assignment),
        (has_scheme, Oddity::Scheme),
        (is_placeholder, Oddity::Placeholder),
        (|text| text.chars().count() < SHORTEST, Oddity::Short),
    ];
    checks.into_iter().filter(|(is_odd, _)| is_odd(text)).map(|(_, oddity)| oddity).collect()
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Margin => "it begins or ends with white space, which is stored too",
            Self::LineBreak => "it has a line break inside",
            Self::Quoted => "it stands in quotes, which are stored too",
            Self::Assignment => "it looks like a whole line NAME=value",
            Self::Scheme => "it looks like a whole header, with the scheme before the key",
            Self::Placeholder => "it looks like a placeholder that was never replaced",
            Self::Short => "it has fewer than 8 characters",
        })
    }
}

fn has_margin(text: &str) -> bool {
    text.len() != text.trim().len()
}

fn is_broken(text: &str) -> bool {
    text.trim().contains(['\n', '\r']) && !text.contains("-----BEGIN ")
}

fn is_quoted(text: &str) -> bool {
    let text = text.trim();
    text.len() > 1 && ['"', '\'', '`'].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
}

fn is_assignment(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches("export ");
    let Some((name, value)) = text.split_once('=') else { return false };
    let named = name.len() > 2 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    named && name.contains('_') && !value.is_empty() && !value.starts_with('=')
}

fn has_scheme(text: &str) -> bool {
    let start = text.trim_start().get(..7).unwrap_or_default();
    SCHEMES.iter().any(|scheme| start.len() >= scheme.len() && start[..scheme.len()].eq_ignore_ascii_case(scheme))
}

/// The copy in lower case is one more of the value, so it is wiped.
fn is_placeholder(text: &str) -> bool {
    let text = text.trim().trim_matches(['"', '\'', '`']);
    let lower = zeroize::Zeroizing::new(text.to_ascii_lowercase());
    let bracketed =
        [("<", ">"), ("${", "}"), ("{{", "}}")].iter().any(|(a, b)| text.starts_with(a) && text.ends_with(b));
    let filled = lower.len() > 2 && (lower.chars().all(|c| c == 'x') || lower.chars().all(|c| c == '*' || c == '.'));
    let known = PLACEHOLDERS.contains(&lower.as_str()) || PLACEHOLDER_PARTS.iter().any(|part| lower.contains(part));
    bracketed || filled || known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Vec<Oddity> {
        oddities(&SecretValue::from_text(text.to_owned()).unwrap())
    }

    #[test]
    fn a_key_as_it_is_given_out_has_nothing_odd() {
        for text in
            ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "AKIA=x/9+yz==", "a-b-c-d-e-f-g", "postgres=1234567", "ключ-ключ"]
        {
            assert_eq!(odd(text), [], "{text}");
        }
        assert_eq!(odd("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"), []);
        assert_eq!(oddities(&SecretValue::new(vec![0xff; 16]).unwrap()), []);
    }

    #[test]
    fn what_was_copied_wrongly_is_noticed() {
        for (text, oddity) in [
            ("sk_live_4eC39 ", Oddity::Margin),
            ("\tsk_live_4eC39", Oddity::Margin),
            ("sk_live\nsk_test", Oddity::LineBreak),
            ("\"sk_live_4eC39\"", Oddity::Quoted),
            ("API_KEY=sk_live_4eC39", Oddity::Assignment),
            ("export API_KEY=sk_live_4eC39", Oddity::Assignment),
            ("Bearer sk_live_4eC39", Oddity::Scheme),
            ("change_me", Oddity::Placeholder),
            ("<paste the key here>", Oddity::Placeholder),
            ("${API_KEY}", Oddity::Placeholder),
            ("xxxxxxxxxxxx", Oddity::Placeholder),
            ("YOUR_API_KEY_HERE", Oddity::Placeholder),
            ("abc", Oddity::Short),
        ] {
            assert_eq!(odd(text), [oddity], "{text:?}");
        }
        assert_eq!(odd("'changeme'"), [Oddity::Quoted, Oddity::Placeholder]);
        assert_eq!(odd(""), [Oddity::Short]);
    }
}
