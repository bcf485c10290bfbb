//! Checkpoints in memory.

use keybaton_ports::{Checkpoint, StoreError, Verified};
use keybaton_seal::{AuditKey, AuditSigner};
use keybaton_types::{Installation, Timestamp};

use super::Shelves;
use crate::{
    audit::Head,
    checkpoint::{Mark, Vouched, sign},
};

impl Shelves {
    /// Signs the heads that have moved since the last checkpoint, if any has; says the last one then.
    pub(super) fn sign(
        &mut self,
        now: Timestamp,
        installation: &Installation,
        signer: &AuditSigner,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let moved = self.books.iter().filter(|(_, book)| book.head.no > book.signed);
        let mark = |(secret, book): (&_, &super::Book)| {
            let Head { no, hash } = book.head.clone();
            Mark { secret: keybaton_types::SecretId::clone(secret), no, hash }
        };
        let heads: Vec<Mark> = moved.map(mark).collect();
        if heads.is_empty() {
            return Ok(self.checkpoints.last().cloned());
        }
        let last = self.checkpoints.last().map(|last| Head { no: last.no, hash: last.hash.clone() });
        let made = sign(&last.unwrap_or_default(), installation, now, heads, signer)?;
        self.checkpoints.push(made.clone());
        for book in self.books.values_mut() {
            book.signed = book.head.no;
        }
        Ok(Some(made))
    }

    pub(super) fn verified(&self, key: Option<&AuditKey>) -> Verified {
        let vouched = match Vouched::of(&self.checkpoints, key) {
            Ok(vouched) => vouched,
            Err(checkpoint) => return Verified::Forged { checkpoint },
        };
        let (mut rows, mut signed) = (0, 0);
        for (secret, book) in &self.books {
            let broken = book.first_broken().or_else(|| vouched.first_unlike(secret, &book.audit));
            if let Some(no) = broken {
                return Verified::Broken { secret: secret.clone(), no };
            }
            rows += book.head.no;
            signed += vouched.last_of(secret);
        }
        Verified::Whole { rows, checkpoints: vouched.count(), unsigned: rows - signed }
    }
}
