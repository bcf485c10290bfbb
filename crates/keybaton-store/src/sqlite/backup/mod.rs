//! A backup: a consistent copy of the state database in one file, which says what it is before it is read.

mod error;
mod header;
mod restore;
mod write;

pub use error::BackupError;
pub use header::{BackupHeader, SecretMark};
pub use restore::{Over, Replaced, Restore, restore_backup};
