//! The audit as the store keeps it: rows in a chain, checkpoints that sign them, and what became of a look at both.

use keybaton_core::civil::rfc3339;
use keybaton_seal::AuditKey;
use keybaton_types::{
    SecretId, Timestamp,
    document::{self, Audited},
};
use serde::{Deserialize, Serialize};

/// One audit row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    /// The secret.
    pub secret: SecretId,
    /// Its number within the secret.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// What, as JSON.
    pub body: String,
    /// The hash of the row before.
    pub prev: String,
    /// The hash of this row.
    pub hash: String,
}

/// A signature over the heads of every chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number.
    pub no: u64,
    /// When.
    pub at: Timestamp,
    /// What is signed, as JSON: the heads that have moved since the checkpoint before.
    pub body: String,
    /// The hash of the checkpoint before.
    pub prev: String,
    /// The hash of this one.
    pub hash: String,
    /// The signature over the body, in hexadecimal digits.
    pub signature: String,
}

impl Checkpoint {
    /// The checkpoint as a document, with the key that verifies it.
    pub fn document(self, key: &AuditKey) -> document::Checkpoint {
        let Self { no, at, body, prev, hash, signature } = self;
        let (schema, at, key) = (document::Checkpoint::SCHEMA.to_owned(), rfc3339(at), key.to_string());
        document::Checkpoint { schema, no, at, key, body, prev, hash, signature }
    }
}

/// What a check of the audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Every chain is whole.
    Whole {
        /// How many rows were read.
        rows: u64,
        /// How many checkpoints were read.
        checkpoints: u64,
        /// How many rows no checkpoint vouches for yet.
        unsigned: u64,
    },
    /// The first row that does not fit.
    Broken {
        /// In which secret.
        secret: SecretId,
        /// Which row.
        no: u64,
    },
    /// The first checkpoint that does not fit, or that is missing.
    Forged {
        /// Which.
        checkpoint: u64,
    },
    /// The first line of a file that is no record.
    Garbled {
        /// Which, from 1.
        line: u64,
    },
}

impl Verified {
    /// Whole chains of so many rows that no checkpoint vouches for.
    pub fn unsigned(rows: u64) -> Self {
        Self::Whole { rows, checkpoints: 0, unsigned: rows }
    }

    /// What was found, as a document, with the key that signatures were verified with.
    pub fn document(self, key: Option<&AuditKey>) -> Audited {
        let found = Audited {
            schema: Audited::SCHEMA.to_owned(),
            whole: false,
            rows: None,
            checkpoints: None,
            unsigned_rows: None,
            key: key.map(ToString::to_string),
            secret: None,
            first_bad: None,
            first_bad_checkpoint: None,
            first_bad_line: None,
        };
        match self {
            Self::Whole { rows, checkpoints, unsigned } => Audited {
                whole: true,
                rows: Some(rows),
                checkpoints: Some(checkpoints),
                unsigned_rows: Some(unsigned),
                ..found
            },
            Self::Broken { secret, no } => Audited { secret: Some(secret.to_string()), first_bad: Some(no), ..found },
            Self::Forged { checkpoint } => Audited { first_bad_checkpoint: Some(checkpoint), ..found },
            Self::Garbled { line } => Audited { first_bad_line: Some(line), ..found },
        }
    }
}
