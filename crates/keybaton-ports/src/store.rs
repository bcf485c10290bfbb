//! The store: the only place where a ledger lives, and the only source of wall time (R7).

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use keybaton_core::{
    confirmed::Confirmed,
    ledger::{Commit, Conflict, Holder, Ledger, Report, Sighting, Storm},
    policy::{Pause, Scope},
    roster::lease_clock,
    rotation::{Cause, Event, Request},
    watch::Watch,
};
use keybaton_seal::{AuditKey, AuditSigner};
use keybaton_types::{
    CredentialNo, Epoch, Fingerprint, Installation, IssuedId, Revision, RotationId, Sealed, SecretId, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::audit::{AuditRow, Checkpoint, Verified};

/// Where ledgers live. Every method is one transaction.
#[async_trait]
pub trait Store: Send + Sync {
    /// This state database.
    fn installation(&self) -> &Installation;

    /// The time.
    async fn now(&self) -> Result<Timestamp, StoreError>;

    /// A number that changes whenever anything changed, by this process or another.
    async fn stamp(&self) -> Result<u64, StoreError>;

    /// Every secret that has a ledger, by name.
    async fn secrets(&self) -> Result<Vec<Enrolled>, StoreError>;

    /// Makes an empty ledger; one that exists stays as it is.
    async fn enroll(&self, secret: &SecretId) -> Result<(), StoreError>;

    /// Reads everything about one secret at one instant.
    async fn read(&self, secret: &SecretId) -> Result<Option<Snapshot>, StoreError>;

    /// Takes the lease with the next epoch, if nobody else holds it: one update, by the store's own clock.
    async fn claim(&self, secret: &SecretId, holder: &str, span: Duration) -> Result<Option<Lease>, StoreError>;

    /// Extends a lease; false when it was lost.
    async fn renew(&self, lease: &Lease, span: Duration) -> Result<bool, StoreError>;

    /// Gives a lease up.
    async fn release(&self, lease: &Lease) -> Result<(), StoreError>;

    /// The one write path: bumps the revision where it and the lease's epoch match, and writes next state, operation,
    /// sealed values, alerts and the audit row with it, or nothing. The lease need not be unexpired (R3, R7).
    async fn commit(
        &self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError>;

    /// The sealed value of a credential.
    async fn sealed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Attachment>, StoreError>;

    /// Every credential with this fingerprint, in every secret.
    async fn holders(&self, fingerprint: &Fingerprint) -> Result<Vec<(SecretId, CredentialNo)>, StoreError>;

    /// Replaces the watch of a rotation. It is an observation: it bumps no revision and writes no audit row. Under
    /// another epoch than the lease's it bounces with `Conflict::Epoch`, as a commit does (R7).
    async fn observe(
        &self,
        secret: &SecretId,
        epoch: Epoch,
        rotation: RotationId,
        watch: &Watch,
    ) -> Result<(), StoreError>;

    /// Merges a sighting: the newest `last` and the latest `lease_until` per consumer, instance, credential and kind stay;
    /// one holding without a lease stays one, whatever was leased before or after it.
    async fn sight(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError>;

    /// Adds to the counts of a report.
    async fn report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError>;

    /// Merges and adds all of these in one transaction, in their order: what many instances tell at once costs one commit.
    async fn hear(&self, told: &[Told]) -> Result<(), StoreError>;

    /// Keeps what a signal says of refusals that no credential can be blamed for, in place of what it said before; an
    /// older word than the kept one changes nothing. Whoever drives the secret looks at once (R13).
    async fn signal(&self, secret: &SecretId, storm: &Storm) -> Result<(), StoreError>;

    /// Says that consumers are being served now, and were without a break for `awake` before. In time beyond that since
    /// the last call no lease runs: when it is more than `span`, every lease that had not run out by then is put off by
    /// it. Returns by how much.
    async fn serving(&self, awake: Duration, span: Duration) -> Result<Duration, StoreError>;

    /// Records what a person or a schedule asks for; whoever holds the lease carries it out.
    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<u64, StoreError>;

    /// Begins a pause, in place of an earlier one of the same scope; `secrets` are those that it covers now, and each of
    /// them gets the record.
    async fn pause(&self, pause: &Pause, secrets: &[SecretId], record: &Record) -> Result<(), StoreError>;

    /// Strikes off the pause of a scope, whether it is over or not; each of `secrets` gets the record. False when there
    /// was none, and then nothing is written.
    async fn resume(&self, scope: &Scope, secrets: &[SecretId], record: &Record) -> Result<bool, StoreError>;

    /// Every pause that was not struck off, those that are over too, ordered by scope.
    async fn pauses(&self) -> Result<Vec<Pause>, StoreError>;

    /// Keeps a key that a person hands over for a credential that a rotation waits for, and asks the rotation to go on,
    /// if the ledger is still at this revision and no key with another id was handed over for the same credential.
    /// The commit that attaches the credential's value removes it, and so does the end of a rotation.
    async fn hand_over(
        &self,
        secret: &SecretId,
        expected: Revision,
        handed: &Handed,
        by: &str,
    ) -> Result<u64, StoreError>;

    /// The key that was handed over for exactly this credential and not taken yet.
    async fn handed(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Handed>, StoreError>;

    /// Writes an audit row that belongs to no commit: a revealed value, a refused request.
    async fn audit(&self, secret: &SecretId, record: &Record) -> Result<(), StoreError>;

    /// The audit rows of one secret after row `after`, oldest first, at most `limit`. Of all secrets: rows `after + 1` up to
    /// the same number of each, oldest first, at least one of each that has one, and about `limit` together.
    async fn audit_rows(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, StoreError>;

    /// Checks every hash chain against its head and against the checkpoints, and these by the key; names the first bad
    /// row or checkpoint. Without a key no signature is checked.
    async fn audit_verify(&self, key: Option<&AuditKey>) -> Result<Verified, StoreError>;

    /// Signs the heads of the chains that have moved since the last checkpoint, if any has; says the last one then.
    async fn checkpoint(&self, signer: &AuditSigner) -> Result<Option<Checkpoint>, StoreError>;

    /// Checkpoints after this number, oldest first.
    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, StoreError>;

    /// Says that an engine is alive, or with a zero span that it is gone.
    async fn beat(&self, holder: &str, span: Duration) -> Result<(), StoreError>;

    /// The engines that are alive.
    async fn engines(&self) -> Result<Vec<Engine>, StoreError>;
}

/// A secret that has a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Its name.
    pub secret: SecretId,
    /// Whether a rotation is active.
    pub active: bool,
    /// Whether something was asked for.
    pub asked: bool,
    /// Grows with each commit, sighting, report, storm and request of this secret; leases, heartbeats and watches leave it.
    pub touched: u64,
    /// Grows by one with each commit.
    pub revision: Revision,
}

/// What an instance told, or what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A sighting.
    Seen(SecretId, Sighting),
    /// How calls went.
    Counted(SecretId, Report),
}

impl Told {
    /// Which secret it is about.
    pub fn secret(&self) -> &SecretId {
        match self {
            Self::Seen(secret, _) | Self::Counted(secret, _) => secret,
        }
    }
}

/// Everything about one secret at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The store's time.
    pub now: Timestamp,
    /// The ledger.
    pub ledger: Ledger,
    /// The newest watch of the active rotation.
    pub watch: Option<Watch>,
    /// What was seen of instances.
    pub sightings: Vec<Sighting>,
    /// What instances reported.
    pub reports: Vec<Report>,
    /// What signals said, the newest word of each, by source.
    pub storms: Vec<Storm>,
    /// What was asked for and not yet carried out, oldest first.
    pub asks: Vec<Ask>,
    /// Other secrets that hold the same value as a credential of this one.
    pub shared: Vec<Holder>,
    /// Every pause, those that are over too and those of other secrets.
    pub pauses: Vec<Pause>,
    /// Who holds the lease, if anybody does now.
    pub driver: Option<String>,
    /// When consumers were last known to be served; `None` if they never were.
    pub served: Option<Timestamp>,
}

impl Snapshot {
    /// The clock of consumers' leases: it stands still while nobody serves them.
    pub fn lease_clock(&self) -> Timestamp {
        lease_clock(self.now, self.served)
    }
}

/// The right to commit to one secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The secret.
    pub secret: SecretId,
    /// Who holds it.
    pub holder: String,
    /// The fence of it.
    pub epoch: Epoch,
    /// Until when, by the store's clock.
    pub until: Timestamp,
}

/// What a commit stores besides the ledger: for the audit, and to strike off what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Who did it: an engine, or a person at a command.
    pub actor: String,
    /// What happened, in the words of the machine; `None` for what is no step of a rotation.
    pub event: Option<Event>,
    /// What happened, in words, where it is no step of a rotation.
    pub note: Option<String>,
    /// The request that is carried out or refused with this.
    pub heard: Option<u64>,
    /// Who made that request.
    #[serde(default)]
    pub by: Option<String>,
    /// Where every instance stood, where a credential is condemned with this.
    #[serde(default)]
    pub confirmed: Vec<Confirmed>,
}

/// The sealed value of a credential and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Which credential.
    pub credential: CredentialNo,
    /// The value.
    pub value: Sealed,
    /// What consumers read, where that is not the value itself.
    pub rendering: Option<Sealed>,
    /// The fingerprint of the value.
    pub fingerprint: Fingerprint,
    /// The fingerprint of the rendering, where there is one.
    pub rendering_fingerprint: Option<Fingerprint>,
}

/// A key that a person has handed over: what the commit that takes it will write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// The issuer's id.
    pub issued: IssuedId,
    /// The sealed value, for one credential.
    pub attached: Attachment,
}

/// What was asked for and not yet carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its number.
    pub no: u64,
    /// What.
    pub wanted: Wanted,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wanted {
    /// A rotation.
    Rotate(Cause),
    /// Something of the active rotation.
    Of(Request),
}

/// An engine that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engine {
    /// Its name: host, process, a random part.
    pub holder: String,
    /// When it last said so.
    pub seen: Timestamp,
}

/// Why the store did not do it. Whatever it is, nothing was written unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The ledger has moved on.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// There is no such secret.
    #[error("read {0}: it has no ledger in this state database")]
    NotEnrolled(SecretId),
    /// A newer program wrote the rotation of this secret: this one must neither read nor claim it.
    #[error(
        "read {secret}: a newer keybaton wrote its rotation (format {found}, this one knows {known}), so it was left \
         as it is"
    )]
    Newer {
        /// The secret.
        secret: SecretId,
        /// The format of its rotation.
        found: u64,
        /// The newest format that this program knows.
        known: u64,
    },
    /// The database did not do it.
    #[error("{what}")]
    Database {
        /// What was being done.
        what: &'static str,
        /// The database's own error.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The disk is full.
    #[error("{what}: the disk is full")]
    Full {
        /// What was being done.
        what: &'static str,
    },
    /// A commit was sent and its answer lost: read again to learn how it ended.
    #[error("commit: the answer was lost, so it may have been written")]
    Ambiguous,
    /// A row does not make sense.
    #[error("{what}: a row of the state database is corrupt")]
    Corrupt {
        /// What was being read.
        what: &'static str,
        /// What the parser said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
