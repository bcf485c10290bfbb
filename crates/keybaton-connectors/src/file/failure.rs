//! How a failed call to the file system is classified. Its words name the file, never what is in it.

use std::io::{Error, ErrorKind};
use std::path::Path;

use keybaton_ports::{Blame, Certainty, Fault};

/// A call that failed before anything was changed.
pub(super) fn failed(what: &str, path: &Path, error: impl Into<Error>) -> Fault {
    ended(Certainty::NotSent, what, path, error)
}

/// A call of which nobody knows whether it was done.
pub(super) fn doubtful(what: &str, path: &Path, error: impl Into<Error>) -> Fault {
    ended(Certainty::Unknown, what, path, error)
}

fn ended(certainty: Certainty, what: &str, path: &Path, error: impl Into<Error>) -> Fault {
    let error = error.into();
    let why = match error.kind() {
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::PermissionDenied => "keybaton lacks the permission".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        _ => error.to_string(),
    };
    Fault::new(blame(error.kind()), certainty, format!("{what} {}: {why}", path.display())).because(error)
}

fn blame(kind: ErrorKind) -> Blame {
    match kind {
        ErrorKind::NotFound => Blame::NotFound,
        ErrorKind::PermissionDenied => Blame::OurCredential,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => Blame::Rejected,
        _ => Blame::Transient,
    }
}

/// The same fault with the file that it is about.
pub(super) fn about(path: &Path, fault: Fault) -> Fault {
    Fault { what: format!("{}: {}", path.display(), fault.what), ..fault }
}
