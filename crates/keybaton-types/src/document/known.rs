//! `keybaton/known/v1`: the fingerprints by which a scan recognises managed keys on a machine without their values.

use serde::{Deserialize, Serialize};

/// The fingerprints of managed keys, and the key under which they were made. No value, nor a part of one, is in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownKeys {
    /// `keybaton/known/v1`.
    pub schema: String,
    /// The state database that manages the keys.
    pub installation: String,
    /// When it was written; what it says of validity was so then.
    pub made: String,
    /// The recognition key, in 64 hexadecimal digits: not the master key, and no way back to it.
    pub key: String,
    /// A keyed hash over the entries: of a file that was cut, merged or mixed up it is wrong.
    pub sum: String,
    /// The keys.
    pub entries: Vec<KnownKey>,
}

impl KnownKeys {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/known/v1";
}

/// One managed key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownKey {
    /// Its keyed fingerprint: 128 bits of an HMAC, in hexadecimal digits.
    pub fingerprint: String,
    /// Sixteen bits of a quick keyed hash: whatever differs in them is not looked at closely.
    pub check: u16,
    /// How many bytes it has.
    pub length: u32,
    /// Of what characters it is made.
    pub alphabet: KnownAlphabet,
    /// The name of its secret.
    pub secret: String,
    /// The environment.
    pub env: String,
    /// The newest version that holds it; 0 while it was never published.
    pub version: u64,
    /// Whether the issuer still accepts it, as far as the ledger knew.
    pub valid: bool,
}

/// Characters of which a key is made; each but the last is contained in a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KnownAlphabet {
    /// Letters and digits.
    Alphanumeric,
    /// The same with `-` and `_`.
    Url,
    /// The same with `.` and `~`.
    Dotted,
    /// Letters, digits, `+`, `/` and `=`.
    Base64,
    /// Everything that is printed in ASCII, but for the space.
    Printable,
}
