//! The store on `SQLite`: one file, one connection that writes, a few that read.

mod backup;
mod batch;
mod cells;
mod census;
mod chain;
mod change;
mod checkpoint;
mod commit;
mod error;
mod evidence;
mod fault;
mod handed;
mod lease;
mod ledger;
mod location;
mod migrate;
mod notice;
mod open;
mod options;
mod outbox;
mod parts;
mod pause;
mod pragma;
mod pulse;
mod restore;
mod snapshot;
mod sql;
mod store;
mod token;
mod vault;
mod witness;
mod writer;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use keybaton_ports::StoreError;
use keybaton_types::{Installation, Timestamp};
use sqlx::{SqlitePool, Transaction};

use self::{fault::failed, pulse::Pulse, writer::Writer};
use crate::Clock;

pub use backup::{BackupError, BackupHeader, Over, Replaced, Restore, SecretMark, restore_backup};
pub use census::Census;
pub use error::OpenError;
pub use location::database_path;
pub use options::{Hook, HookPoint, Opened, Options, Restored, Stale};
pub use vault::EmbeddedVault;

/// A store in one `SQLite` file. Several processes may have it open. Clones share it.
#[derive(Clone)]
pub struct Sqlite {
    inner: Arc<Inner>,
}

struct Inner {
    installation: Installation,
    clock: Arc<dyn Clock>,
    hook: Option<Hook>,
    commits: AtomicU64,
    writer: Writer,
    readers: SqlitePool,
    pulse: Pulse,
}

impl Sqlite {
    /// Opens a state database, or says why not; nothing is changed then.
    pub async fn open(options: Options) -> Result<Opened, OpenError> {
        open::open(options).await
    }

    /// The embedded vault of this store.
    pub fn vault(&self) -> EmbeddedVault {
        EmbeddedVault::new(self.clone())
    }

    /// How many commits this process has made since the database was opened.
    pub fn commits(&self) -> u64 {
        self.inner.commits.load(Ordering::SeqCst)
    }

    /// Closes every connection and makes the witness durable. Dropping the store loses nothing either.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.inner.readers.close().await;
        self.inner.pulse.close().await;
        self.inner.writer.close().await
    }

    fn time(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// Begins a transaction that sees one instant.
    async fn reading(&self, what: &'static str) -> Result<Transaction<'static, sqlx::Sqlite>, StoreError> {
        self.inner.readers.begin().await.map_err(failed(what))
    }
}
