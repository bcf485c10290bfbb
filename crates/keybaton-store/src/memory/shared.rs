//! What one secret's snapshot tells of the others: who holds the same value, and what is paused.

use keybaton_core::ledger::{Credential, Holder};
use keybaton_ports::{Attachment, Snapshot};
use keybaton_types::{SecretId, Timestamp};

use super::{Book, Shelves};

impl Shelves {
    pub(super) fn snapshot(&self, secret: &SecretId, now: Timestamp) -> Option<Snapshot> {
        let book = self.books.get(secret)?;
        let (shared, pauses) = (self.shared(secret, book), self.pauses.values().cloned().collect());
        Some(Snapshot { shared, pauses, served: self.served, ..book.snapshot(now) })
    }

    fn shared(&self, secret: &SecretId, book: &Book) -> Vec<Holder> {
        let mut found = Vec::new();
        for mine in book.sealed.values() {
            for (other, theirs) in self.books.iter().filter(|(other, _)| *other != secret) {
                let rotation = theirs.ledger.rotation.as_ref();
                let holder = |same: &Credential| Holder::new(mine.credential, other.clone(), same, rotation);
                found.extend(theirs.with_value_of(mine).map(holder));
            }
        }
        found
    }
}

impl Book {
    /// The credentials that have the same value.
    fn with_value_of(&self, mine: &Attachment) -> impl Iterator<Item = &Credential> {
        let same = self.sealed.values().filter(|theirs| theirs.fingerprint == mine.fingerprint);
        same.filter_map(|theirs| self.ledger.credential(theirs.credential))
    }
}
