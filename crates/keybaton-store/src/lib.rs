//! The ledger on `SQLite`, its in-memory twin, and the embedded vault.
//!
//! What is written here was decided elsewhere: core decides, and a commit is stored or bounces. Values arrive sealed and
//! leave sealed. The store is the only source of wall time (R7), which it takes from a [`Clock`].

pub mod audit;
pub mod checkpoint;
mod clock;
mod evidence;
mod memory;
mod sqlite;
mod token;
mod vault;

pub use clock::{Clock, ManualClock, SystemClock};
pub use memory::{Memory, MemoryVault};
pub use sqlite::{
    BackupError, BackupHeader, Census, EmbeddedVault, Hook, HookPoint, OpenError, Opened, Options, Over, Replaced,
    Restore, Restored, SecretMark, Sqlite, Stale, database_path, restore_backup,
};
