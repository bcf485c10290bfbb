//! Names of objects.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// The name of an object: the hexadecimal digits of its SHA-1 or SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ObjectName(String);

impl ObjectName {
    /// Reads a name; none if it is not one.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let is_name = matches!(text.len(), 40 | 64) && text.iter().all(u8::is_ascii_hexdigit);
        is_name.then(|| Self(text.iter().map(|byte| char::from(*byte)).collect()))
    }

    /// Whether it stands for no object.
    pub fn is_null(&self) -> bool {
        self.0.bytes().all(|digit| digit == b'0')
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ObjectName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text.as_bytes()).ok_or_else(|| D::Error::custom("no name of an object"))
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
