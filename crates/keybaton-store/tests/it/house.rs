//! What the tests share: a store with a clock that they set, and short words for commits.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use keybaton_core::{
    ledger::{Change, Commit, Credential, Far, Origin, Stage, Version},
    rotation::{Cause, Rotation, Transition},
};
use keybaton_ports::{Attachment, Record, Store, StoreError, Vault};
use keybaton_seal::{KeyId, MasterKey};
use keybaton_store::{ManualClock, Memory, OpenError, Opened, Options, Sqlite};
use keybaton_types::{
    CredentialNo, Epoch, Fingerprint, Installation, Revision, RotationId, Sealed, SecretId, Timestamp, VersionNo,
};
use tempfile::TempDir;

pub(crate) const SPAN: Duration = Duration::from_secs(10);

/// A store and its clock.
pub(crate) struct House {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) clock: ManualClock,
    _folder: Option<TempDir>,
}

impl House {
    pub(crate) fn memory() -> Self {
        let clock = ManualClock::new(at(1_000));
        let memory = Memory::new(Installation("a1b2c3".to_owned()), Arc::new(clock.clone()));
        Self { vault: Arc::new(memory.vault()), store: Arc::new(memory), clock, _folder: None }
    }

    pub(crate) async fn sqlite() -> Self {
        let place = Place::new();
        let store = place.make().await;
        Self { vault: Arc::new(store.vault()), store: Arc::new(store), clock: place.clock, _folder: Some(place.folder) }
    }
}

/// A folder for a database.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) clock: ManualClock,
    pub(crate) key: KeyId,
}

impl Place {
    pub(crate) fn new() -> Self {
        let key = MasterKey::generate().unwrap().id().unwrap();
        Self { folder: tempfile::tempdir().unwrap(), clock: ManualClock::new(at(1_000)), key }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(".keybaton").join("state.db")
    }

    pub(crate) fn witness(&self) -> PathBuf {
        self.folder.path().join(".keybaton").join("state.db.witness")
    }

    pub(crate) fn options(&self) -> Options {
        let clock = Arc::new(self.clock.clone());
        Options { clock, ..Options::new(self.path(), self.key) }
    }

    pub(crate) async fn make(&self) -> Sqlite {
        Sqlite::open(Options { create: true, ..self.options() }).await.map(|opened| opened.store).unwrap()
    }

    pub(crate) async fn open(&self) -> Result<Opened, OpenError> {
        Sqlite::open(self.options()).await
    }

    pub(crate) async fn refusal(&self) -> OpenError {
        self.open().await.map(|_| ()).unwrap_err()
    }

    pub(crate) async fn raw(&self, text: &'static str) {
        raw(&self.path(), text).await;
    }
}

/// Runs a text on a database behind the store's back.
pub(crate) async fn raw(path: &Path, text: &'static str) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(false);
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql(text).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp(seconds * 1_000_000)
}

pub(crate) fn secret(text: &str) -> SecretId {
    text.parse().unwrap()
}

pub(crate) fn record(note: &str) -> Record {
    Record {
        actor: "test".to_owned(),
        event: None,
        note: Some(note.to_owned()),
        heard: None,
        by: None,
        confirmed: Vec::new(),
    }
}

pub(crate) fn credential(no: u64) -> Credential {
    Credential {
        no: CredentialNo(no),
        issued: Some(format!("key-{no}").as_str().into()),
        label: None,
        origin: Origin::Adopted,
        stage: Stage::Current,
        far: Far::Active,
        condemned: false,
        born: at(1),
    }
}

pub(crate) fn version(no: u64, credential: u64) -> Version {
    Version { no: VersionNo(no), credential: CredentialNo(credential), published: None }
}

pub(crate) fn rotation(id: u64) -> Rotation {
    Rotation::new(RotationId(id), Some(CredentialNo(1)), Some(VersionNo(1)), Cause::Asked)
}

pub(crate) fn attachment(no: u64, value: &[u8]) -> Attachment {
    Attachment {
        credential: CredentialNo(no),
        value: Sealed(value.to_vec()),
        rendering: None,
        fingerprint: Fingerprint(format!("fp-{}", value.len())),
        rendering_fingerprint: None,
    }
}

pub(crate) fn commit(revision: u64, epoch: u64, changes: Vec<Change>, rotation: Option<Rotation>) -> Commit {
    let transition = Transition { rotation, changes, look: None };
    Commit { expected: Revision(revision), epoch: Epoch(epoch), at: at(1_000), transition }
}

/// Claims the lease and makes `count` commits on what is there.
pub(crate) async fn advance(store: &dyn Store, secret: &SecretId, count: u64) {
    store.enroll(secret).await.unwrap();
    let lease = store.claim(secret, "advance", SPAN).await.unwrap().unwrap();
    for _ in 0..count {
        let ledger = store.read(secret).await.unwrap().unwrap().ledger;
        let no = ledger.next_version.0;
        let changes = vec![Change::Version(version(no, 1)), Change::Current(VersionNo(no))];
        let commit = commit(ledger.revision.0, lease.epoch.0, changes, None);
        store.commit(secret, &commit, &record("advance"), None).await.unwrap();
    }
    store.release(&lease).await.unwrap();
}

pub(crate) fn is_conflict(result: &Result<(), StoreError>, conflict: keybaton_core::ledger::Conflict) -> bool {
    matches!(result, Err(StoreError::Conflict(found)) if *found == conflict)
}
