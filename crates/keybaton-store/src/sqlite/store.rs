//! The port, answered from the database.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::{
    ledger::{Commit, Report, Sighting, Storm},
    policy::{Pause, Scope},
    watch::Watch,
};
use keybaton_ports::{
    Attachment, AuditRow, Checkpoint, Engine, Enrolled, Handed, Lease, Record, Snapshot, Store, StoreError, Told,
    Verified, Wanted,
};
use keybaton_seal::{AuditKey, AuditSigner};
use keybaton_types::{CredentialNo, Epoch, Fingerprint, Installation, Revision, RotationId, SecretId, Timestamp};

use super::{Sqlite, sql};

#[async_trait]
impl Store for Sqlite {
    fn installation(&self) -> &Installation {
        &self.inner.installation
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.time())
    }

    async fn stamp(&self) -> Result<u64, StoreError> {
        self.inner.pulse.stamp().await
    }

    async fn secrets(&self) -> Result<Vec<Enrolled>, StoreError> {
        self.all().await
    }

    async fn enroll(&self, secret: &SecretId) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin("enroll a secret").await?;
        let made = tx.run(sqlx::query(sql::ENROLL).bind(secret.name()).bind(secret.env())).await?;
        if made == 0 { tx.rollback().await } else { tx.commit().await }
    }

    async fn read(&self, secret: &SecretId) -> Result<Option<Snapshot>, StoreError> {
        self.snapshot(secret).await
    }

    async fn claim(&self, secret: &SecretId, holder: &str, span: Duration) -> Result<Option<Lease>, StoreError> {
        self.take(secret, holder, span).await
    }

    async fn renew(&self, lease: &Lease, span: Duration) -> Result<bool, StoreError> {
        self.extend(lease, span).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.give_up(lease).await
    }

    async fn commit(
        &self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError> {
        self.write_commit(secret, commit, record, attached).await
    }

    async fn sealed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Attachment>, StoreError> {
        self.value(secret, no).await
    }

    async fn holders(&self, fingerprint: &Fingerprint) -> Result<Vec<(SecretId, CredentialNo)>, StoreError> {
        self.with_fingerprint(fingerprint).await
    }

    async fn observe(
        &self,
        secret: &SecretId,
        epoch: Epoch,
        rotation: RotationId,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        self.put_watch(secret, epoch, rotation, watch).await
    }

    async fn sight(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError> {
        self.put_sighting(secret, sighting).await
    }

    async fn report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError> {
        self.add_report(secret, report).await
    }

    async fn hear(&self, told: &[Told]) -> Result<(), StoreError> {
        self.put_told(told).await
    }

    async fn signal(&self, secret: &SecretId, storm: &Storm) -> Result<(), StoreError> {
        self.put_storm(secret, storm).await
    }

    async fn serving(&self, awake: Duration, span: Duration) -> Result<Duration, StoreError> {
        self.put_serving(awake, span).await
    }

    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<u64, StoreError> {
        self.put_ask(secret, wanted, by).await
    }

    async fn pause(&self, pause: &Pause, secrets: &[SecretId], record: &Record) -> Result<(), StoreError> {
        self.begin_pause(pause, secrets, record).await
    }

    async fn resume(&self, scope: &Scope, secrets: &[SecretId], record: &Record) -> Result<bool, StoreError> {
        self.end_pause(scope, secrets, record).await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.all_pauses().await
    }

    async fn hand_over(
        &self,
        secret: &SecretId,
        expected: Revision,
        handed: &Handed,
        by: &str,
    ) -> Result<u64, StoreError> {
        self.put_handed(secret, expected, handed, by).await
    }

    async fn handed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Handed>, StoreError> {
        self.in_hand(secret, no).await
    }

    async fn audit(&self, secret: &SecretId, record: &Record) -> Result<(), StoreError> {
        self.append_record(secret, record).await
    }

    async fn audit_rows(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.rows(secret, after, limit).await
    }

    async fn audit_verify(&self, key: Option<&AuditKey>) -> Result<Verified, StoreError> {
        self.verify(key).await
    }

    async fn checkpoint(&self, signer: &AuditSigner) -> Result<Option<Checkpoint>, StoreError> {
        self.put_checkpoint(signer).await
    }

    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, StoreError> {
        self.some_checkpoints(after, limit).await
    }

    async fn beat(&self, holder: &str, span: Duration) -> Result<(), StoreError> {
        self.put_beat(holder, span).await
    }

    async fn engines(&self) -> Result<Vec<Engine>, StoreError> {
        self.alive().await
    }
}
