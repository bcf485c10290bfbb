//! What the errors of the database mean to a caller.

use std::{error::Error, io};

use keybaton_ports::StoreError;

/// The primary result codes of `SQLite` that mean something of their own (sqlite.org/rescode.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// `SQLITE_FULL`, or no room for the shared memory beside the database.
    Full,
    /// `SQLITE_CORRUPT`, `SQLITE_NOTADB`.
    Corrupt,
    /// `SQLITE_PERM`, `SQLITE_READONLY`, `SQLITE_CANTOPEN`, `SQLITE_AUTH`.
    Permission,
    /// `SQLITE_BUSY`, `SQLITE_LOCKED`.
    Busy,
    /// Anything else.
    Other,
}

/// `SQLITE_IOERR_SHMSIZE`: the shared memory beside the database could not grow.
const NO_ROOM_FOR_SHARED_MEMORY: i32 = 4874;

/// What an error means.
pub(super) fn meaning(error: &sqlx::Error) -> Meaning {
    match error {
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::StorageFull => Meaning::Full,
        sqlx::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => Meaning::Permission,
        sqlx::Error::Database(error) => error.code().and_then(|code| code.parse().ok()).map_or(Meaning::Other, by_code),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => Meaning::Corrupt,
        _ => Meaning::Other,
    }
}

fn by_code(code: i32) -> Meaning {
    if code == NO_ROOM_FOR_SHARED_MEMORY {
        return Meaning::Full;
    }
    match code & 0xff {
        13 => Meaning::Full,
        11 | 26 => Meaning::Corrupt,
        3 | 8 | 14 | 23 => Meaning::Permission,
        5 | 6 => Meaning::Busy,
        _ => Meaning::Other,
    }
}

/// The store's error for one of the database, with what was being done.
pub(super) fn failed(what: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |error| match meaning(&error) {
        Meaning::Full => StoreError::Full { what },
        Meaning::Corrupt => StoreError::Corrupt { what, source: error.into() },
        Meaning::Permission | Meaning::Busy | Meaning::Other => StoreError::Database { what, source: error.into() },
    }
}

/// A row that does not make sense.
pub(super) fn corrupt<E: Into<Box<dyn Error + Send + Sync>>>(what: &'static str) -> impl FnOnce(E) -> StoreError {
    move |source| StoreError::Corrupt { what, source: source.into() }
}
