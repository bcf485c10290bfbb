//! The id of a master key: public, short, and enough to tell the keys of one house apart.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD_NOCASE;

use crate::Error;

/// The id of a master key: 40 bits derived from it, written as eight of `[a-z2-7]`. It tells nothing about the key.
///
/// It is stored with the database and in every sealed value, so that a wrong master key is recognised by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(crate) [u8; Self::LENGTH]);

impl KeyId {
    pub(crate) const LENGTH: usize = 5;
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD_NOCASE.encode(&self.0).to_ascii_lowercase())
    }
}

impl FromStr for KeyId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = BASE32_NOPAD_NOCASE.decode(text.as_bytes()).ok();
        let id = bytes.and_then(|bytes| bytes.try_into().ok()).map(Self);
        id.ok_or(Error::KeyIdMalformed)
    }
}
