//! The in-memory twin of the store: the same answers, nothing kept. Tests and `demo` use it.

mod book;
mod checkpoint;
mod pause;
mod shared;
mod store;
mod token;
mod vault;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use keybaton_core::policy::Pause;
use keybaton_ports::Checkpoint;
use keybaton_types::{Installation, SecretId, Timestamp, Token, TokenHash};

use self::book::Book;
use crate::Clock;

pub use vault::MemoryVault;

/// A store that lives as long as the process. Clones share it.
#[derive(Clone)]
pub struct Memory {
    inner: Arc<Inner>,
}

struct Inner {
    installation: Installation,
    clock: Arc<dyn Clock>,
    stamp: AtomicU64,
    commits: AtomicU64,
    shelves: Mutex<Shelves>,
}

/// Everything that is kept.
#[derive(Default)]
struct Shelves {
    books: BTreeMap<SecretId, Book>,
    /// Who is alive, since when known and until when.
    engines: BTreeMap<String, (Timestamp, Timestamp)>,
    /// Access tokens, by the hash of their text.
    tokens: Vec<(TokenHash, Token)>,
    /// By scope, as the database sorts them.
    pauses: BTreeMap<(&'static str, String), Pause>,
    /// Signatures over the heads of the audit, oldest first.
    checkpoints: Vec<Checkpoint>,
    /// When consumers were last known to be served.
    served: Option<Timestamp>,
}

impl Memory {
    /// An empty store that takes its time from `clock`.
    pub fn new(installation: Installation, clock: Arc<dyn Clock>) -> Self {
        let (stamp, commits, shelves) = (AtomicU64::new(0), AtomicU64::new(0), Mutex::default());
        Self { inner: Arc::new(Inner { installation, clock, stamp, commits, shelves }) }
    }

    /// The embedded vault of this store.
    pub fn vault(&self) -> MemoryVault {
        MemoryVault::new(self.clone())
    }

    /// How many commits it has taken.
    pub fn commits(&self) -> u64 {
        self.inner.commits.load(Ordering::SeqCst)
    }

    fn time(&self) -> Timestamp {
        self.inner.clock.now()
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        self.inner.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.inner.stamp.fetch_add(1, Ordering::SeqCst);
    }
}
