//! An exported audit, read from a file and verified without any state: what an auditor does.

use std::collections::BTreeMap;

use keybaton_core::civil::rfc3339;
use keybaton_ports::{AuditRow, Checkpoint, Verified};
use keybaton_seal::AuditKey;
use keybaton_store::{
    audit::{Head, first_broken},
    checkpoint::Vouched,
};
use keybaton_types::{SecretId, Timestamp, document};
use serde::Deserialize;

use super::line;

/// What a file holds, in its order.
#[derive(Default)]
pub(super) struct Exported {
    chains: BTreeMap<SecretId, Vec<AuditRow>>,
    pub(super) checkpoints: Vec<document::Checkpoint>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    schema: &'a str,
}

/// The part of a checkpoint's body that its document repeats.
#[derive(Deserialize)]
struct Made {
    at: Timestamp,
}

impl Exported {
    /// Reads every line; the number of the first one that is no record.
    pub(super) fn read(text: &str) -> Result<Self, u64> {
        let mut exported = Self::default();
        for (line, no) in text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty()) {
            exported.take(line).ok_or(no)?;
        }
        Ok(exported)
    }

    fn take(&mut self, text: &str) -> Option<()> {
        let Kind { schema } = serde_json::from_str(text).ok()?;
        match schema {
            line::SCHEMA => {
                let row = line::read(text)?;
                self.chains.entry(row.secret.clone()).or_default().push(row);
            }
            document::Checkpoint::SCHEMA => self.checkpoints.push(serde_json::from_str(text).ok()?),
            _ => return None,
        }
        Some(())
    }

    /// The key that the first checkpoint names: good for nothing until somebody compares it.
    pub(super) fn claimed(&self) -> Option<AuditKey> {
        self.checkpoints.first()?.key.parse().ok()
    }

    /// Checks every chain, every checkpoint, and that the two belong together.
    pub(super) fn verified(&self, key: Option<&AuditKey>) -> Verified {
        let mut vouched = Vouched::default();
        for signed in &self.checkpoints {
            let named = key.is_none_or(|key| key.to_string() == signed.key);
            if !(named && checkpoint(signed).is_some_and(|checkpoint| vouched.read(&checkpoint, key))) {
                return Verified::Forged { checkpoint: vouched.count() + 1 };
            }
        }
        for (secret, rows) in &self.chains {
            // a file has no heads: the last row that is there stands for it, and a cut is found by the checkpoints
            let head = rows.last().map(Head::of).unwrap_or_default();
            if let Some(no) = first_broken(rows, &head).or_else(|| vouched.first_unlike(secret, rows)) {
                return Verified::Broken { secret: secret.clone(), no };
            }
        }
        if let Some(gone) = vouched.secrets().find(|secret| !self.chains.contains_key(*secret)) {
            return Verified::Broken { secret: gone.clone(), no: 1 };
        }
        let rows = self.chains.values().map(|rows| rows.len() as u64).sum();
        let signed: u64 = self.chains.keys().map(|secret| vouched.last_of(secret)).sum();
        Verified::Whole { rows, checkpoints: vouched.count(), unsigned: rows - signed }
    }
}

/// A checkpoint as it is signed; `None` where the document says another time than what is signed.
fn checkpoint(document: &document::Checkpoint) -> Option<Checkpoint> {
    let Made { at } = serde_json::from_str(&document.body).ok()?;
    let document::Checkpoint { no, body, prev, hash, signature, .. } = document.clone();
    (rfc3339(at) == document.at).then_some(Checkpoint { no, at, body, prev, hash, signature })
}
