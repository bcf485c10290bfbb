//! Checkpoints: a signature over the heads of every chain, so that rows cannot be written anew by whoever can write the
//! database.
//!
//! A checkpoint names the heads that have moved since the one before, which it follows by its hash: all of them together
//! name every head. A tail that was cut off together with its checkpoints is noticed only with a checkpoint that
//! somebody keeps elsewhere. Stores sign and keep; whoever verifies, a file too, reads here what was vouched for.

use std::collections::BTreeMap;

use keybaton_ports::{AuditRow, Checkpoint, StoreError};
use keybaton_seal::{AuditKey, AuditSigner, chain};
use keybaton_types::{Installation, SecretId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::audit::Head;

/// What is signed.
#[derive(Serialize, Deserialize)]
struct Body {
    installation: Installation,
    no: u64,
    at: Timestamp,
    prev: String,
    heads: Vec<Mark>,
}

/// The head of one chain at the time of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Whose chain.
    pub secret: SecretId,
    /// The number of its last row.
    pub no: u64,
    /// That row's hash.
    pub hash: String,
}

/// What checkpoints vouch for.
#[derive(Debug, Default)]
pub struct Vouched {
    count: u64,
    last: String,
    marks: BTreeMap<SecretId, Vec<Mark>>,
}

/// Signs the heads that have moved since the last checkpoint, whose number and hash these are.
pub(crate) fn sign(
    last: &Head,
    installation: &Installation,
    at: Timestamp,
    heads: Vec<Mark>,
    signer: &AuditSigner,
) -> Result<Checkpoint, StoreError> {
    let corrupt = |source| StoreError::Corrupt { what: "sign a checkpoint", source };
    let (no, prev) = (last.no + 1, last.hash.clone());
    let body = Body { installation: installation.clone(), no, at, prev: prev.clone(), heads };
    let body = serde_json::to_string(&body).map_err(|source| corrupt(source.into()))?;
    let signature = signer.sign(body.as_bytes()).map_err(|source| corrupt(source.into()))?;
    let hash = chain(&prev, body.as_bytes());
    Ok(Checkpoint { no, at, body, prev, hash, signature })
}

impl Vouched {
    /// Reads the next checkpoint; false where it does not follow, or the key did not sign it.
    #[must_use]
    pub fn read(&mut self, checkpoint: &Checkpoint, key: Option<&AuditKey>) -> bool {
        let Ok(body) = serde_json::from_str::<Body>(&checkpoint.body) else { return false };
        let signed = key.is_none_or(|key| key.verify(checkpoint.body.as_bytes(), &checkpoint.signature).is_ok());
        let follows = checkpoint.no == self.count + 1 && checkpoint.prev == self.last;
        let is_itself = checkpoint.hash == chain(&checkpoint.prev, checkpoint.body.as_bytes());
        let says_so = body.no == checkpoint.no && body.at == checkpoint.at && body.prev == checkpoint.prev;
        let grows = body.heads.iter().all(|mark| mark.no > self.last_of(&mark.secret));
        if !(signed && follows && is_itself && says_so && grows) {
            return false;
        }
        (self.count, self.last) = (checkpoint.no, checkpoint.hash.clone());
        for mark in body.heads {
            self.marks.entry(mark.secret.clone()).or_default().push(mark);
        }
        true
    }

    /// Reads all of them, in their order; the number of the first one that does not fit.
    pub fn of(checkpoints: &[Checkpoint], key: Option<&AuditKey>) -> Result<Self, u64> {
        let mut vouched = Self::default();
        for checkpoint in checkpoints {
            if !vouched.read(checkpoint, key) {
                return Err(vouched.count + 1);
            }
        }
        Ok(vouched)
    }

    /// How many were read.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The last row of a chain that is vouched for; 0 where none is.
    pub fn last_of(&self, secret: &SecretId) -> u64 {
        self.marks.get(secret).and_then(|marks| marks.last()).map_or(0, |mark| mark.no)
    }

    /// Whose chains are vouched for.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretId> {
        self.marks.keys()
    }

    /// The first row of a chain, whole in itself, that may be another one than was signed: every row up to the last mark
    /// that fits is the one that was.
    pub fn first_unlike(&self, secret: &SecretId, rows: &[AuditRow]) -> Option<u64> {
        let mut proven = 0;
        for mark in self.marks.get(secret).into_iter().flatten() {
            let place = usize::try_from(mark.no - 1).unwrap_or(usize::MAX);
            match rows.get(place) {
                Some(row) if row.hash == mark.hash => proven = mark.no,
                Some(_) => return Some(proven + 1),
                None => return Some(rows.len() as u64 + 1),
            }
        }
        None
    }
}
