//! `keybaton/scan/v1`: what a scan read, and what it found.

use serde::{Deserialize, Serialize};

/// What a scan read, and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// `keybaton/scan/v1`.
    pub schema: String,
    /// How many files or blobs were read.
    pub files_read: u64,
    /// How many bytes were read.
    pub bytes_read: u64,
    /// What was found.
    pub findings: Vec<ScanFinding>,
}

impl Scanned {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/scan/v1";
}

/// A place where a credential seems to be. The value is never in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanFinding {
    /// The rule that found it.
    pub rule: String,
    /// The service that accepts such a credential.
    pub service: String,
    /// The file; null for a text without one, such as stdin. Bytes that are not UTF-8 are replaced.
    pub path: Option<String>,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, in bytes from 1.
    pub column: u32,
    /// The commit that brought it in; null outside a history.
    pub commit: Option<String>,
    /// Stars, after four leading characters at most that say what it is.
    pub masked: String,
    /// A keyed hash of the value.
    pub fingerprint: String,
    /// The managed credential that it is, if it is one.
    pub managed: Option<ManagedFinding>,
    /// What the endpoint said that was allowed to be asked; absent where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
}

/// Whether a credential that no ledger knows still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verified {
    /// It was accepted.
    Works,
    /// It was refused.
    Refused,
    /// There was no answer that says either.
    Unknown,
}

/// The managed credential that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedFinding {
    /// The name of its secret.
    pub secret: String,
    /// The environment.
    pub env: String,
    /// The version that holds it.
    pub version: u64,
    /// Whether the issuer still accepts it, as far as the ledger knows.
    pub valid: bool,
}
