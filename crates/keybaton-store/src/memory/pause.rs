//! Pauses, with the audit row of every secret that they cover.

use keybaton_core::policy::{Pause, Scope};
use keybaton_ports::{Record, StoreError};
use keybaton_types::{SecretId, Timestamp};

use super::{Memory, Shelves};

impl Memory {
    pub(super) fn begin_pause(&self, pause: &Pause, secrets: &[SecretId], record: &Record) -> Result<(), StoreError> {
        let now = self.time();
        let mut shelves = self.shelves();
        shelves.tell(secrets, record, now)?;
        shelves.pauses.insert(key(&pause.scope), pause.clone());
        drop(shelves);
        self.changed();
        Ok(())
    }

    pub(super) fn end_pause(&self, scope: &Scope, secrets: &[SecretId], record: &Record) -> Result<bool, StoreError> {
        let now = self.time();
        let mut shelves = self.shelves();
        if !shelves.pauses.contains_key(&key(scope)) {
            return Ok(false);
        }
        shelves.tell(secrets, record, now)?;
        shelves.pauses.remove(&key(scope));
        drop(shelves);
        self.changed();
        Ok(true)
    }
}

impl Shelves {
    /// Writes the record to the audit of each secret, or to none.
    fn tell(&mut self, secrets: &[SecretId], record: &Record, now: Timestamp) -> Result<(), StoreError> {
        if let Some(missing) = secrets.iter().find(|secret| !self.books.contains_key(*secret)) {
            return Err(StoreError::NotEnrolled(missing.clone()));
        }
        for secret in secrets {
            if let Some(book) = self.books.get_mut(secret) {
                let row = book.head.follow(secret, now, record, None)?;
                book.append(row);
                book.touched += 1;
            }
        }
        Ok(())
    }
}

fn key(scope: &Scope) -> (&'static str, String) {
    match scope {
        Scope::Secret(secret) => ("secret", secret.to_string()),
        Scope::Owner(owner) => ("owner", owner.clone()),
        Scope::All => ("all", String::new()),
    }
}
