//! A store that dies with its process: from the moment of death on no call of it ever comes back.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

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
use keybaton_testkit::fault::Faults;
use keybaton_types::{CredentialNo, Epoch, Fingerprint, Installation, Revision, RotationId, SecretId, Timestamp};
use tokio::sync::{RwLock, RwLockWriteGuard, watch};

/// What goes wrong with one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// The process dies before it.
    DieBefore,
    /// The process dies after it was written, before it hears.
    DieAfter,
    /// It is written, and the answer is lost.
    Unheard,
    /// It is not written, and nobody knows.
    Lost,
    /// The disk is full.
    Full,
}

impl Blow {
    pub(crate) const ALL: [Self; 5] = [Self::DieBefore, Self::DieAfter, Self::Unheard, Self::Lost, Self::Full];
}

/// A store that dies with its process, and counts.
pub(crate) struct Mortal {
    inner: Arc<dyn Store>,
    faults: Arc<Faults>,
    blow: Option<(usize, Blow)>,
    commits: AtomicUsize,
    reads: AtomicUsize,
    dead: watch::Sender<bool>,
    cut_off: AtomicBool,
    road: RwLock<()>,
}

impl Mortal {
    /// Commit number `blow.0` is hit; the first is 0.
    pub(crate) fn new(inner: Arc<dyn Store>, faults: Arc<Faults>, blow: Option<(usize, Blow)>) -> Self {
        let (commits, reads) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self {
            inner,
            faults,
            blow,
            commits,
            reads,
            dead: watch::Sender::new(false),
            cut_off: AtomicBool::new(false),
            road: RwLock::new(()),
        }
    }

    /// Commits that were asked for.
    pub(crate) fn commits(&self) -> usize {
        self.commits.load(Ordering::SeqCst)
    }

    /// Reads that were asked for, of any kind.
    pub(crate) fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    /// Waits for the death of the process.
    pub(crate) async fn death(&self) {
        let mut dead = self.dead.subscribe();
        tokio::select! {
            () = self.faults.death() => {}
            _ = dead.wait_for(|dead| *dead) => {}
        }
    }

    /// No commit gets through while this is held.
    pub(crate) async fn block(&self) -> RwLockWriteGuard<'_, ()> {
        self.road.write().await
    }

    /// From now on no lease is renewed.
    pub(crate) fn cut_off(&self) {
        self.cut_off.store(true, Ordering::SeqCst);
    }

    pub(crate) fn revive(&self) {
        self.dead.send_replace(false);
    }

    async fn alive(&self) {
        if *self.dead.borrow() || self.faults.crashed() {
            pending::<()>().await;
        }
    }

    async fn read_once(&self) {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.alive().await;
    }

    async fn die(&self) {
        self.dead.send_replace(true);
        pending::<()>().await;
    }
}

#[async_trait]
impl Store for Mortal {
    fn installation(&self) -> &Installation {
        self.inner.installation()
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.read_once().await;
        self.inner.now().await
    }

    async fn stamp(&self) -> Result<u64, StoreError> {
        self.read_once().await;
        self.inner.stamp().await
    }

    async fn secrets(&self) -> Result<Vec<Enrolled>, StoreError> {
        self.read_once().await;
        self.inner.secrets().await
    }

    async fn enroll(&self, secret: &SecretId) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.enroll(secret).await
    }

    async fn read(&self, secret: &SecretId) -> Result<Option<Snapshot>, StoreError> {
        self.read_once().await;
        self.inner.read(secret).await
    }

    async fn claim(&self, secret: &SecretId, holder: &str, span: Duration) -> Result<Option<Lease>, StoreError> {
        self.alive().await;
        self.inner.claim(secret, holder, span).await
    }

    async fn renew(&self, lease: &Lease, span: Duration) -> Result<bool, StoreError> {
        self.alive().await;
        if self.cut_off.load(Ordering::SeqCst) {
            return Err(StoreError::Full { what: "renew the lease" });
        }
        self.inner.renew(lease, span).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.release(lease).await
    }

    async fn commit(
        &self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError> {
        self.alive().await;
        let number = self.commits.fetch_add(1, Ordering::SeqCst);
        let blow = self.blow.filter(|(at, _)| *at == number).map(|(_, blow)| blow);
        match blow {
            Some(Blow::DieBefore) => self.die().await,
            Some(Blow::Lost) => return Err(StoreError::Ambiguous),
            Some(Blow::Full) => return Err(StoreError::Full { what: "commit" }),
            Some(Blow::DieAfter | Blow::Unheard) | None => {}
        }
        let _through = self.road.read().await;
        let written = self.inner.commit(secret, commit, record, attached).await;
        match blow {
            Some(Blow::DieAfter) => self.die().await,
            Some(Blow::Unheard) => return written.and(Err(StoreError::Ambiguous)),
            Some(Blow::DieBefore | Blow::Lost | Blow::Full) | None => {}
        }
        written
    }

    async fn sealed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Attachment>, StoreError> {
        self.read_once().await;
        self.inner.sealed(secret, no).await
    }

    async fn holders(&self, fingerprint: &Fingerprint) -> Result<Vec<(SecretId, CredentialNo)>, StoreError> {
        self.read_once().await;
        self.inner.holders(fingerprint).await
    }

    async fn observe(
        &self,
        secret: &SecretId,
        epoch: Epoch,
        rotation: RotationId,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.observe(secret, epoch, rotation, watch).await
    }

    async fn sight(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.sight(secret, sighting).await
    }

    async fn report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.report(secret, report).await
    }

    async fn hear(&self, told: &[Told]) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.hear(told).await
    }

    async fn signal(&self, secret: &SecretId, storm: &Storm) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.signal(secret, storm).await
    }

    async fn serving(&self, awake: Duration, span: Duration) -> Result<Duration, StoreError> {
        self.alive().await;
        self.inner.serving(awake, span).await
    }

    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<u64, StoreError> {
        self.alive().await;
        self.inner.ask(secret, wanted, by).await
    }

    async fn pause(&self, pause: &Pause, secrets: &[SecretId], record: &Record) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.pause(pause, secrets, record).await
    }

    async fn resume(&self, scope: &Scope, secrets: &[SecretId], record: &Record) -> Result<bool, StoreError> {
        self.alive().await;
        self.inner.resume(scope, secrets, record).await
    }

    async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        self.read_once().await;
        self.inner.pauses().await
    }

    async fn hand_over(
        &self,
        secret: &SecretId,
        expected: Revision,
        handed: &Handed,
        by: &str,
    ) -> Result<u64, StoreError> {
        self.alive().await;
        self.inner.hand_over(secret, expected, handed, by).await
    }

    async fn handed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Handed>, StoreError> {
        self.read_once().await;
        self.inner.handed(secret, no).await
    }

    async fn audit(&self, secret: &SecretId, record: &Record) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.audit(secret, record).await
    }

    async fn audit_rows(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        self.read_once().await;
        self.inner.audit_rows(secret, after, limit).await
    }

    async fn audit_verify(&self, key: Option<&AuditKey>) -> Result<Verified, StoreError> {
        self.read_once().await;
        self.inner.audit_verify(key).await
    }

    async fn checkpoint(&self, signer: &AuditSigner) -> Result<Option<Checkpoint>, StoreError> {
        self.alive().await;
        self.inner.checkpoint(signer).await
    }

    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, StoreError> {
        self.read_once().await;
        self.inner.checkpoints(after, limit).await
    }

    async fn beat(&self, holder: &str, span: Duration) -> Result<(), StoreError> {
        self.alive().await;
        self.inner.beat(holder, span).await
    }

    async fn engines(&self) -> Result<Vec<Engine>, StoreError> {
        self.read_once().await;
        self.inner.engines().await
    }
}
