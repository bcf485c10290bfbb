//! The file in which entries travel: `keybaton/known/v1`, one JSON document, bounded, and whole or not taken.

use std::io::Read;

use keybaton_seal::{Error, RecognitionKey};
use keybaton_types::{
    Installation, SecretId,
    document::{KnownKey, KnownKeys},
};

use super::{Known, Recorder, alphabet};

/// The most bytes that such a file may have: 64 MiB, a few hundred thousand keys.
pub const LIMIT: u64 = 64 << 20;

/// The longest token that an entry may name.
const LONGEST: u32 = 64 * 1024;

/// Why a file of fingerprints is not taken. Nothing of a key or a value is told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnownError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Read(#[source] std::io::Error),
    /// It is longer than such a file may be.
    #[error("it has more than {LIMIT} bytes")]
    TooLong,
    /// It is no such document.
    #[error("it is no file of fingerprints")]
    Form(#[source] serde_json::Error),
    /// A newer program wrote it.
    #[error("it is a document {0:?}, and this version reads keybaton/known/v1")]
    Schema(String),
    /// Its key is none.
    #[error("its key is damaged")]
    Key(#[source] Error),
    /// Its entries were not made with its key, or some were lost or changed.
    #[error("its entries do not belong to its key: it was cut, merged or changed")]
    Sum,
    /// An entry makes no sense.
    #[error("entry {0} makes no sense")]
    Entry(usize),
}

impl Known {
    /// Reads a file of fingerprints and prepares the search for them.
    pub fn read(source: impl Read) -> Result<Self, KnownError> {
        let mut bytes = Vec::new();
        source.take(LIMIT + 1).read_to_end(&mut bytes).map_err(KnownError::Read)?;
        if bytes.len() as u64 > LIMIT {
            return Err(KnownError::TooLong);
        }
        let document: KnownKeys = serde_json::from_slice(&bytes).map_err(KnownError::Form)?;
        if document.schema != KnownKeys::SCHEMA {
            return Err(KnownError::Schema(document.schema.chars().take(40).collect()));
        }
        let key = RecognitionKey::from_hex(&document.key).map_err(KnownError::Key)?;
        let sum = sum(&key, &document.installation, &document.made, &document.entries).map_err(KnownError::Key)?;
        if sum != document.sum {
            return Err(KnownError::Sum);
        }
        match document.entries.iter().position(|entry| !is_sound(entry)) {
            Some(no) => Err(KnownError::Entry(no + 1)),
            None => Self::new(&key, &document.entries).map_err(KnownError::Key),
        }
    }
}

impl Recorder {
    /// The document of what was recorded under `key`, which is the one that it records under.
    pub fn document(self, key: &RecognitionKey, installation: &Installation, made: String) -> Result<KnownKeys, Error> {
        let entries = self.entries();
        let sum = sum(key, &installation.0, &made, &entries)?;
        let (schema, installation, key) = (KnownKeys::SCHEMA.to_owned(), installation.0.clone(), key.to_hex());
        Ok(KnownKeys { schema, installation, made, key, sum, entries })
    }
}

fn sum(key: &RecognitionKey, installation: &str, made: &str, entries: &[KnownKey]) -> Result<String, Error> {
    // strings, numbers and flags always become JSON
    let text = serde_json::to_vec(&(installation, made, entries)).unwrap_or_default();
    key.sum(&text).map(|sum| sum.0)
}

fn is_sound(entry: &KnownKey) -> bool {
    let digits = entry.fingerprint.len() == 32 && entry.fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit());
    let length = (1..=LONGEST).contains(&entry.length) && alphabet::ALL.contains(&entry.alphabet);
    digits && length && SecretId::new(&entry.secret, &entry.env).is_ok()
}
