//! The characters from which a value is drawn.

use std::borrow::Cow;

use crate::Error;

/// The characters from which a value is drawn: at least two, printable ASCII, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabet(Cow<'static, [u8]>);

impl Alphabet {
    /// Letters and digits: safe in every connection string, shell and URL; 5.95 bits each.
    pub const ALPHANUMERIC: Self =
        Self(Cow::Borrowed(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"));
    /// Small letters and digits; 5.17 bits each.
    pub const LOWERCASE: Self = Self(Cow::Borrowed(b"abcdefghijklmnopqrstuvwxyz0123456789"));
    /// Hexadecimal digits; 4 bits each.
    pub const HEX: Self = Self(Cow::Borrowed(b"0123456789abcdef"));

    /// Takes the characters of `text`.
    pub fn new(text: &str) -> Result<Self, Error> {
        let characters = text.as_bytes();
        if !characters.iter().all(u8::is_ascii_graphic) {
            return Err(Error::Draw("an alphabet has printable ASCII characters only, and no space"));
        }
        let twice = |(at, character)| characters[..at].contains(character);
        if characters.iter().enumerate().any(twice) {
            return Err(Error::Draw("an alphabet has no character twice"));
        }
        if characters.len() < 2 {
            return Err(Error::Draw("an alphabet has at least two characters"));
        }
        Ok(Self(Cow::Owned(characters.to_vec())))
    }

    /// The characters.
    pub fn characters(&self) -> &[u8] {
        &self.0
    }
}
