//! Why a state database was not opened. Each text says what is safe and what to do.

use std::{error::Error, io, path::PathBuf};

use keybaton_seal::KeyId;

use super::fault::{Meaning, meaning};

/// Why a state database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is no address of a database that this store opens.
    #[error("{0:?} is no address of a state database; write `sqlite:` and a path, such as sqlite:.keybaton/state.db")]
    Address(String),
    /// There is no database.
    #[error(
        "{path} is not there, and nothing was made or changed; `keybaton init` makes a new one, but if this state \
         existed before, put its file back instead: a new one knows none of your keys"
    )]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is no database, and there was one.
    #[error(
        "{path} is gone, and {witness} says that a state database was there; nothing was made or changed; put the file \
         back or restore a backup, or delete the witness to begin anew without any of the keys that it held"
    )]
    Lost {
        /// Where it should be.
        path: PathBuf,
        /// What says so.
        witness: PathBuf,
    },
    /// The file is something else.
    #[error("{path} is not a keybaton state database, and was left as it is; point `[state] url` somewhere else")]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A newer program made it.
    #[error(
        "{path} was written by a newer keybaton (schema {found}, this one knows {known}), and was left as it is; use \
         the newer program"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// The file is damaged.
    #[error(
        "{path} is a damaged state database, and was left as it is; every key that was valid still is; keep this file, \
         put the newest backup in its place, and keybaton will notice that it is older and touch nothing by itself"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The file or its folder may not be used.
    #[error("{path} may not be read and written by this user, and was left as it is; run keybaton as its owner")]
    Permission {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// There is no room.
    #[error("the disk of {path} is full; nothing was changed and every key stays as it is; make room and try again")]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another master key sealed its values.
    #[error(
        "{path} was made with the master key {database}, and the one given is {given}; nothing was changed; point \
         `[state] master_key` at {database}"
    )]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The key that it was made with.
        database: KeyId,
        /// The key that was given.
        given: KeyId,
    },
    /// A setting that the data's safety rests on was not taken.
    #[error("{path} was not opened, because a crash could lose data: its file system or its library is not fit for it")]
    Weak {
        /// The file.
        path: PathBuf,
        /// Which setting.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Something else failed.
    #[error("{path} could not be opened; nothing was changed")]
    Other {
        /// The file.
        path: PathBuf,
        /// What failed.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl OpenError {
    /// What an error of the system means for the file at `path`.
    pub(super) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission { path, source: error.into() }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Other { path, source: error.into() },
        }
    }

    /// What an error of the database means for the file at `path`.
    pub(super) fn database(path: impl Into<PathBuf>) -> impl FnOnce(sqlx::Error) -> Self {
        let path = path.into();
        move |error| match meaning(&error) {
            Meaning::Full => Self::Full { path },
            Meaning::Corrupt => Self::Corrupt { path, source: error.into() },
            Meaning::Permission => Self::Permission { path, source: error.into() },
            Meaning::Busy | Meaning::Other => Self::Other { path, source: error.into() },
        }
    }
}
