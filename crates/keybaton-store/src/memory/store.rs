//! The port, answered from memory.

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use async_trait::async_trait;
use keybaton_core::{
    ledger::{Commit, Report, Sighting, Storm},
    policy::{Pause, Scope},
    rotation::Request,
    watch::Watch,
};
use keybaton_ports::{
    Attachment, AuditRow, Checkpoint, Engine, Enrolled, Handed, Lease, Record, Snapshot, Store, StoreError, Told,
    Verified, Wanted,
};
use keybaton_seal::{AuditKey, AuditSigner};
use keybaton_types::{CredentialNo, Epoch, Fingerprint, Installation, Revision, RotationId, SecretId, Timestamp};

use super::{Book, Memory};
use crate::evidence;

impl Memory {
    /// Reads one book.
    fn look<T>(&self, secret: &SecretId, look: impl FnOnce(&Book) -> T) -> Option<T> {
        self.shelves().books.get(secret).map(look)
    }

    /// Changes one book, or says that there is none.
    pub(super) fn write<T>(&self, secret: &SecretId, write: impl FnOnce(&mut Book) -> T) -> Result<T, StoreError> {
        let written = self.shelves().books.get_mut(secret).map(write);
        self.changed();
        written.ok_or_else(|| StoreError::NotEnrolled(secret.clone()))
    }
}

#[async_trait]
impl Store for Memory {
    fn installation(&self) -> &Installation {
        &self.inner.installation
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.time())
    }

    async fn stamp(&self) -> Result<u64, StoreError> {
        Ok(self.inner.stamp.load(Ordering::SeqCst))
    }

    async fn secrets(&self) -> Result<Vec<Enrolled>, StoreError> {
        Ok(self.shelves().books.iter().map(|(secret, book)| book.enrolled(secret)).collect())
    }

    async fn enroll(&self, secret: &SecretId) -> Result<(), StoreError> {
        self.shelves().books.entry(secret.clone()).or_insert_with(Book::new);
        self.changed();
        Ok(())
    }

    async fn read(&self, secret: &SecretId) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.shelves().snapshot(secret, self.time()))
    }

    async fn claim(&self, secret: &SecretId, holder: &str, span: Duration) -> Result<Option<Lease>, StoreError> {
        let now = self.time();
        self.write(secret, |book| {
            if book.driver(now).is_some_and(|driver| driver != holder) {
                return None;
            }
            book.ledger.epoch = book.ledger.epoch.next();
            let until = now + span;
            book.lease = Some((holder.to_owned(), until));
            Some(Lease { secret: secret.clone(), holder: holder.to_owned(), epoch: book.ledger.epoch, until })
        })
    }

    async fn renew(&self, lease: &Lease, span: Duration) -> Result<bool, StoreError> {
        let until = self.time() + span;
        let renewed = self.write(&lease.secret, |book| {
            let mine = book.ledger.epoch == lease.epoch;
            match &mut book.lease {
                Some((holder, known)) if mine && *holder == lease.holder => *known = until,
                _ => return false,
            }
            true
        });
        Ok(renewed.unwrap_or(false))
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        if let Some(book) = self.shelves().books.get_mut(&lease.secret) {
            let mine = book.ledger.epoch == lease.epoch;
            book.lease.take_if(|(holder, _)| mine && *holder == lease.holder);
        }
        self.changed();
        Ok(())
    }

    async fn commit(
        &self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError> {
        self.write(secret, |book| book.commit(secret, commit, record, attached))??;
        self.inner.commits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn sealed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Attachment>, StoreError> {
        Ok(self.look(secret, |book| book.sealed.get(&no).cloned()).flatten())
    }

    async fn holders(&self, fingerprint: &Fingerprint) -> Result<Vec<(SecretId, CredentialNo)>, StoreError> {
        let has =
            |a: &&Attachment| a.fingerprint == *fingerprint || a.rendering_fingerprint.as_ref() == Some(fingerprint);
        let shelves = self.shelves();
        let found = shelves.books.iter().flat_map(|(secret, book)| {
            book.sealed.values().filter(has).map(|found| (secret.clone(), found.credential))
        });
        Ok(found.collect())
    }

    async fn observe(
        &self,
        secret: &SecretId,
        epoch: Epoch,
        rotation: RotationId,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        self.write(secret, |book| book.observe(epoch, rotation, watch))?
    }

    async fn sight(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError> {
        self.write(secret, |book| {
            book.touched += 1;
            book.sight(sighting);
        })
    }

    async fn report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError> {
        let now = self.time();
        self.write(secret, |book| {
            book.touched += 1;
            book.report(report, now);
        })
    }

    async fn hear(&self, told: &[Told]) -> Result<(), StoreError> {
        let (now, mut shelves) = (self.time(), self.shelves());
        if let Some(stranger) = told.iter().map(Told::secret).find(|secret| !shelves.books.contains_key(*secret)) {
            return Err(StoreError::NotEnrolled(stranger.clone()));
        }
        for secret in told.iter().map(Told::secret).collect::<BTreeSet<_>>() {
            shelves.books.entry(secret.clone()).and_modify(|book| book.touched += 1);
        }
        for told in told {
            let Some(book) = shelves.books.get_mut(told.secret()) else { continue };
            match told {
                Told::Seen(_, sighting) => book.sight(sighting),
                Told::Counted(_, report) => book.report(report, now),
            }
        }
        drop(shelves);
        self.changed();
        Ok(())
    }

    async fn signal(&self, secret: &SecretId, storm: &Storm) -> Result<(), StoreError> {
        self.write(secret, |book| {
            book.touched += 1;
            book.signal(storm);
        })
    }

    async fn serving(&self, awake: Duration, span: Duration) -> Result<Duration, StoreError> {
        let (now, mut shelves) = (self.time(), self.shelves());
        let last = shelves.served.replace(now);
        let silence = evidence::silence(last, now, awake, span);
        let held = shelves.books.values_mut().flat_map(|book| book.sightings.values_mut());
        for until in held.filter_map(|sighting| sighting.lease_until.as_mut()) {
            if last.is_some_and(|last| *until > last) {
                *until = *until + silence;
            }
        }
        drop(shelves);
        self.changed();
        Ok(silence)
    }

    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<u64, StoreError> {
        let at = self.time();
        self.write(secret, |book| book.ask(wanted, by, at))
    }

    async fn hand_over(
        &self,
        secret: &SecretId,
        expected: Revision,
        handed: &Handed,
        by: &str,
    ) -> Result<u64, StoreError> {
        let at = self.time();
        self.write(secret, |book| {
            book.hand_over(expected, handed)?;
            Ok(book.ask(Wanted::Of(Request::Resume), by, at))
        })?
    }

    async fn handed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Handed>, StoreError> {
        Ok(self.look(secret, |book| book.handed.get(&no).cloned()).flatten())
    }

    async fn pause(&self, pause: &Pause, secrets: &[SecretId], record: &Record) -> Result<(), StoreError> {
        self.begin_pause(pause, secrets, record)
    }

    async fn resume(&self, scope: &Scope, secrets: &[SecretId], record: &Record) -> Result<bool, StoreError> {
        self.end_pause(scope, secrets, record)
    }

    async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        Ok(self.shelves().pauses.values().cloned().collect())
    }

    async fn audit(&self, secret: &SecretId, record: &Record) -> Result<(), StoreError> {
        let at = self.time();
        self.write(secret, |book| {
            let row = book.head.follow(secret, at, record, None)?;
            book.append(row);
            book.strike(record);
            book.touched += u64::from(record.heard.is_some());
            Ok(())
        })?
    }

    async fn audit_rows(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let shelves = self.shelves();
        let books = shelves.books.iter().filter(|(id, _)| secret.is_none_or(|wanted| wanted == *id));
        let chains = books.clone().filter(|(_, book)| book.head.no > after).count() as u64;
        let last = after.saturating_add((u64::from(limit) / chains.max(1)).max(u64::from(secret.is_none())));
        let rows = books.flat_map(|(_, book)| &book.audit).filter(|row| row.no > after && row.no <= last);
        let mut rows: Vec<AuditRow> = rows.cloned().collect();
        if secret.is_none() {
            rows.sort_by(|a, b| (a.at, &a.secret, a.no).cmp(&(b.at, &b.secret, b.no)));
        }
        Ok(rows)
    }

    async fn audit_verify(&self, key: Option<&AuditKey>) -> Result<Verified, StoreError> {
        Ok(self.shelves().verified(key))
    }

    async fn checkpoint(&self, signer: &AuditSigner) -> Result<Option<Checkpoint>, StoreError> {
        let (now, installation) = (self.time(), &self.inner.installation);
        let made = self.shelves().sign(now, installation, signer)?;
        self.changed();
        Ok(made)
    }

    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, StoreError> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let shelves = self.shelves();
        Ok(shelves.checkpoints.iter().filter(|checkpoint| checkpoint.no > after).take(most).cloned().collect())
    }

    async fn beat(&self, holder: &str, span: Duration) -> Result<(), StoreError> {
        let now = self.time();
        let engines = &mut self.shelves().engines;
        engines.retain(|_, (_, until)| *until > now);
        if span.is_zero() {
            engines.remove(holder);
        } else {
            engines.insert(holder.to_owned(), (now, now + span));
        }
        self.changed();
        Ok(())
    }

    async fn engines(&self) -> Result<Vec<Engine>, StoreError> {
        let now = self.time();
        let shelves = self.shelves();
        let alive = shelves.engines.iter().filter(|(_, (_, until))| *until > now);
        Ok(alive.map(|(holder, (seen, _))| Engine { holder: holder.clone(), seen: *seen }).collect())
    }
}
