//! What a backup says of itself.
//!
//! A backup is three lines and a database: the kind, the header as one line of JSON, the SHA-256 of those two lines, and
//! then the bytes of an `SQLite` file, whose length and SHA-256 the header holds. So every byte is covered by a sum, and
//! whose backup it is can be told without opening the database. Sums find accidents, not forgers: the values inside are
//! sealed, and whoever could change the rest could change the state database as well.

use std::io::{BufRead, Read, Write};

use keybaton_seal::{KeyId, digest_hex};
use keybaton_types::{Installation, SecretId, Timestamp};
use serde::{Deserialize, Serialize};

use super::BackupError;

/// What every backup begins with; the number is the format.
const KIND: &str = "keybaton-backup-";

/// The format that this program writes, and the newest that it reads.
const FORMAT: u64 = 1;

/// No header is longer: room for a few hundred thousand secrets.
const LONGEST: u64 = 64 << 20;

/// What a backup says of itself. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    /// The state database that it is a copy of.
    pub installation: Installation,
    /// The id of the master key that opens its values. The key itself is not in it.
    pub master_key: String,
    /// When it was made, by the store's clock, in microseconds since 1970.
    pub created_us: i64,
    /// The schema of the database.
    pub format: i64,
    /// The epoch of the database.
    pub epoch: i64,
    /// How many transactions were written to it.
    pub writes: i64,
    /// Every secret.
    pub secrets: Vec<SecretMark>,
    /// How many bytes follow the head.
    pub bytes: u64,
    /// The SHA-256 of those bytes, in hexadecimal digits.
    pub sha256: String,
}

/// How far one secret had come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretMark {
    /// The secret.
    pub secret: SecretId,
    /// The epoch of its lease.
    pub epoch: u64,
    /// The revision of its ledger.
    pub revision: u64,
    /// The version that consumers got.
    pub version: Option<u64>,
}

impl BackupHeader {
    /// When it was made.
    pub fn created(&self) -> Timestamp {
        Timestamp(self.created_us)
    }

    /// The master key that opens its values, where the text is one.
    pub(super) fn key(&self) -> Option<KeyId> {
        self.master_key.parse().ok()
    }

    /// Writes the three lines.
    pub(super) fn write(&self, mut into: impl Write) -> Result<(), BackupError> {
        let json = serde_json::to_string(self).map_err(|error| BackupError::Unwritten(error.into()))?;
        let head = format!("{KIND}{FORMAT}\n{json}\n");
        let sum = digest_hex(head.as_bytes());
        into.write_all(format!("{head}{sum}\n").as_bytes()).map_err(|error| BackupError::Unwritten(error.into()))
    }

    /// Reads the three lines, and leaves `from` where the database begins.
    pub(super) fn read(from: &mut impl BufRead) -> Result<Self, BackupError> {
        let kind = line(from, 64)?.ok_or(BackupError::NotOne)?;
        let format = kind.trim_end().strip_prefix(KIND).and_then(|format| format.parse::<u64>().ok());
        match format {
            None => return Err(BackupError::NotOne),
            Some(found) if found != FORMAT => return Err(BackupError::Newer { found, known: FORMAT }),
            Some(_) => {}
        }
        let json = line(from, LONGEST)?.ok_or(BackupError::Damaged("it ends within its head"))?;
        let sum = line(from, 65)?.ok_or(BackupError::Damaged("it ends within its head"))?;
        if digest_hex(format!("{kind}{json}").as_bytes()) != sum.trim_end_matches('\n') {
            return Err(BackupError::Damaged("its head was changed"));
        }
        serde_json::from_str(&json).map_err(|_| BackupError::Damaged("its head does not make sense"))
    }
}

/// One whole line with its newline; `None` when there is none within `limit` bytes, or when it is no text.
fn line(from: &mut impl BufRead, limit: u64) -> Result<Option<String>, BackupError> {
    let mut bytes = Vec::new();
    let read = from.take(limit).read_until(b'\n', &mut bytes);
    read.map_err(|error| BackupError::Unread(error.into()))?;
    Ok(String::from_utf8(bytes).ok().filter(|text| text.ends_with('\n')))
}
