//! Which entry of a file holds the value, and what each format makes of it.

use std::borrow::Cow;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use zeroize::Zeroizing;

use super::settings::Quotes;
use super::{dotenv, json, plain};

/// Bytes that may hold a value.
pub(super) type Bytes = Zeroizing<Vec<u8>>;

/// The beginnings of a file that is not plain UTF-8. Some readers take the first for a part of the first name.
const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe"];

/// Which entry of a file holds the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// The whole file.
    Plain,
    /// A variable.
    Dotenv(String, Quotes),
    /// The value at the end of these keys.
    Json(Vec<String>),
}

impl Entry {
    /// How the configuration names it.
    pub(super) fn key(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Plain => None,
            Self::Dotenv(key, _) => Some(Cow::Borrowed(key)),
            Self::Json(path) => Some(Cow::Owned(path.join("."))),
        }
    }

    /// The value in this content.
    pub(super) fn read(&self, content: &[u8]) -> Called<Option<Bytes>> {
        unmarked(content)?;
        match self {
            Self::Plain => Ok(Some(plain::read(content))),
            Self::Dotenv(key, _) => dotenv::read(content, key),
            Self::Json(path) => json::read(content, path),
        }
    }

    /// The same content with another value. Nothing is written that would not be read again as the same value.
    pub(super) fn write(&self, content: Option<&[u8]>, value: &[u8]) -> Called<Bytes> {
        unmarked(content.unwrap_or_default())?;
        let written = match self {
            Self::Plain => plain::write(content, value),
            Self::Dotenv(key, quotes) => dotenv::write(content, key, value, *quotes),
            Self::Json(path) => json::write(content, path, value),
        }?;
        match self.read(&written)? {
            Some(again) if again.as_slice() == value => Ok(written),
            _ => Err(unfit("the value would not be read again as it is")),
        }
    }
}

fn unmarked(content: &[u8]) -> Called<()> {
    if MARKS.iter().any(|mark| content.starts_with(mark)) {
        return Err(broken("it begins with a byte order mark; save it as UTF-8 without one"));
    }
    Ok(())
}

/// The file is not what its format says.
pub(super) fn broken(what: impl Into<String>) -> Fault {
    Fault::new(Blame::Corrupt, Certainty::NotSent, what)
}

/// The value cannot stand there.
pub(super) fn unfit(what: impl Into<String>) -> Fault {
    Fault::new(Blame::Rejected, Certainty::NotSent, what)
}
