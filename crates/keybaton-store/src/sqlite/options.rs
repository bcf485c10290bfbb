//! How a state database is opened, and what opening it found.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use keybaton_seal::KeyId;
use keybaton_types::SecretId;

use super::{Sqlite, error::OpenError, location};
use crate::{Clock, SystemClock};

/// How long a connection waits for another process to finish its transaction.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// How a state database is opened.
#[derive(Clone)]
pub struct Options {
    /// The file.
    pub path: PathBuf,
    /// Whether to make a new database where there is none.
    pub create: bool,
    /// How long to wait for another process to finish its transaction.
    pub busy_timeout: Duration,
    /// The id of the master key that seals the values: a database of another one is refused.
    pub master_key: KeyId,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// What is called around every commit.
    pub hook: Option<Hook>,
    /// A quota: the database does not grow beyond so many pages of 4,096 bytes.
    pub max_pages: Option<u32>,
}

/// Called before and after every commit of a ledger, with its number since the database was opened, from 1. Tests stop
/// the process there.
pub type Hook = Arc<dyn Fn(HookPoint, u64) + Send + Sync>;

/// Where a [`Hook`] is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookPoint {
    /// Everything is prepared, nothing is durable.
    Before,
    /// The commit is durable, nobody knows yet.
    After,
}

/// An open state database, and what was found.
pub struct Opened {
    /// The store.
    pub store: Sqlite,
    /// Whether it was made just now.
    pub created: bool,
    /// Set when it turned out to be older than the world (R11).
    pub restored: Option<Restored>,
}

/// The database was recognised as an old copy. Its epoch has grown, the version numbers of every secret have jumped by
/// 1,000, and every ledger waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// How it was recognised.
    pub why: Stale,
    /// The new epoch of the database.
    pub epoch: u64,
    /// The secrets that wait for a person.
    pub secrets: Vec<SecretId>,
}

/// How an old copy was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// It has fewer writes, or an earlier epoch, than its witness has seen.
    #[error("it is older than its witness")]
    Older,
    /// The witness belongs to another database.
    #[error("its witness belongs to another database")]
    Foreign,
    /// The witness is missing or damaged: the file was moved here without it.
    #[error("its witness is missing or damaged")]
    Unwitnessed,
    /// It says so itself: it was restored from a backup just now.
    #[error("it was restored from a backup")]
    Backup,
}

impl Options {
    /// Opens the file at `path`, which has to exist, by the clock of this machine.
    pub fn new(path: impl Into<PathBuf>, master_key: KeyId) -> Self {
        Self {
            path: path.into(),
            create: false,
            busy_timeout: BUSY,
            master_key,
            clock: Arc::new(SystemClock),
            hook: None,
            max_pages: None,
        }
    }

    /// The same for an address `sqlite:PATH`; a relative path starts at `base`.
    pub fn from_address(address: &str, base: &Path, master_key: KeyId) -> Result<Self, OpenError> {
        Ok(Self::new(location::database_path(address, base)?, master_key))
    }
}
