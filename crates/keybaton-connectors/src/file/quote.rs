//! How a dotenv value is quoted, so that shells, `docker run --env-file` and dotenv libraries read the same.
//!
//! Without quotes they agree on a small set of characters only; docker takes quotes for a part of the value. In single
//! quotes some libraries read a backslash as an escape; in double quotes all of them expand something.

use keybaton_ports::Called;

use super::entry::{Bytes, unfit};
use super::settings::Quotes;
use super::splice::splice;

/// How a value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Not at all.
    Bare,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
}

/// The value as it stands in the file: in the style that its entry has, where the value allows it.
pub(super) fn encode(value: &[u8], before: Option<Style>, quotes: Quotes) -> Called<Bytes> {
    let styles: &[Style] = match (before, quotes) {
        (Some(Style::Single), _) => &[Style::Single, Style::Double],
        (Some(Style::Double), _) => &[Style::Double, Style::Single],
        (Some(Style::Bare) | None, Quotes::Keep) => &[Style::Bare],
        (Some(Style::Bare) | None, Quotes::Single) => &[Style::Bare, Style::Single],
    };
    let Some(style) = styles.iter().find(|style| style.holds(value)) else { return Err(refusal(value, styles)) };
    let mark: &[u8] = match style {
        Style::Bare => b"",
        Style::Single => b"'",
        Style::Double => b"\"",
    };
    Ok(splice(&[], 0..0, &[mark, value, mark]))
}

/// What a reader makes of the text of a value, quotes included.
pub(super) fn decode(text: &[u8], style: Style) -> Bytes {
    let inner = || &text[1..text.len() - 1];
    match style {
        Style::Bare => Bytes::new(text.to_vec()),
        Style::Single => Bytes::new(inner().to_vec()),
        Style::Double => unescaped(inner()),
    }
}

impl Style {
    /// Whether every reader gets this value back.
    fn holds(self, value: &[u8]) -> bool {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./:@%+,=-".contains(byte);
        let text = || std::str::from_utf8(value).is_ok_and(|text| !text.chars().any(char::is_control));
        match self {
            Self::Bare => value.iter().all(plain),
            Self::Single => text() && !value.iter().any(|byte| b"'\\".contains(byte)),
            Self::Double => text() && !value.iter().any(|byte| b"\"\\$`".contains(byte)),
        }
    }
}

fn refusal(value: &[u8], styles: &[Style]) -> keybaton_ports::Fault {
    let what = "the value has characters that not every reader of a dotenv file takes alike";
    if Style::Single.holds(value) && !styles.contains(&Style::Single) {
        return unfit(format!("{what}; quotes = \"single\" allows them where every reader of the file knows quotes"));
    }
    unfit(format!("{what}, quoted or not; a plain or a JSON file can hold it"))
}

fn unescaped(text: &[u8]) -> Bytes {
    let mut value = Bytes::new(Vec::with_capacity(text.len()));
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte == b'\\').then(|| bytes.next()).flatten() {
            None => value.push(byte),
            Some(b'n') => value.push(b'\n'),
            Some(b'r') => value.push(b'\r'),
            Some(b't') => value.push(b'\t'),
            Some(escaped @ (b'"' | b'\\' | b'$' | b'`')) => value.push(escaped),
            Some(other) => value.extend_from_slice(&[b'\\', other]),
        }
    }
    value
}
