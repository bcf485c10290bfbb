//! Why a backup was not made or not restored. Whatever it is, the state database is as it was.

use std::{error::Error, path::PathBuf};

use keybaton_seal::KeyId;

use crate::OpenError;

/// Why a backup was not made or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is something else.
    #[error("it is no backup of a state database: it does not begin like one")]
    NotOne,
    /// A newer program made it.
    #[error("a newer keybaton made it (format {found}, this one knows {known})")]
    Newer {
        /// Its format, or its schema.
        found: u64,
        /// The newest that this program knows.
        known: u64,
    },
    /// It is not what was written.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
    /// Another master key opens its values.
    #[error("its values are sealed under the master key {backup}, and the one given is {given}")]
    WrongKey {
        /// The key that the backup needs.
        backup: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// An engine works with the state that would be replaced.
    #[error("an engine works with the state that is there: {}", .0.join(", "))]
    Alive(Vec<String>),
    /// The state that is there has gone on since.
    #[error("the state at {path} is newer: {there} transactions were written to it, and {here} are in the backup")]
    Older {
        /// The state that is there.
        path: PathBuf,
        /// How many transactions it has.
        there: i64,
        /// How many the backup has.
        here: i64,
    },
    /// The state that is there belongs to another installation.
    #[error("the state at {path} is another one: its installation is {there}, and the backup's is {here}")]
    Foreign {
        /// The state that is there.
        path: PathBuf,
        /// Its installation.
        there: String,
        /// The backup's.
        here: String,
    },
    /// What is there can't be read, so nobody knows how new it is.
    #[error("nobody can tell how new the file at {path} is")]
    Unknown {
        /// The file that is there.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<OpenError>,
    },
    /// The backup could not be read.
    #[error("the backup could not be read")]
    Unread(#[source] Box<dyn Error + Send + Sync>),
    /// The backup could not be written.
    #[error("the backup could not be written")]
    Unwritten(#[source] Box<dyn Error + Send + Sync>),
    /// The restored database could not be put in its place.
    #[error("the restored database could not be put at {path}")]
    Unplaced {
        /// Where it should be.
        path: PathBuf,
        /// What failed.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
