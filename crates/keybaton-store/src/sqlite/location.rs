//! Where the files of a state database are, and who may read them.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::{
    error::OpenError,
    witness::{self, Testimony},
};

/// The folder that is ours alone.
const FOLDER: &str = ".keybaton";

/// `PRAGMA application_id`, in the header of the file: "kbt" and a one.
const APPLICATION: i32 = 0x6b62_7401;

/// Writes the same number.
pub(super) const BRAND: &str = "PRAGMA application_id = 1801614337";

/// What a file is, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A state database, whole or half made.
    Ours,
    /// Nothing yet.
    Empty,
}

/// The path in an address `sqlite:PATH`; a relative one starts at `base`.
pub fn database_path(address: &str, base: &Path) -> Result<PathBuf, OpenError> {
    let path = address.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    match path {
        Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => Ok(base.join(path)),
        _ => Err(OpenError::Address(address.to_owned())),
    }
}

/// Makes the folder where it is missing, and an empty file. What `said` that it was here is not replaced by a new one.
pub(super) fn create(path: &Path, said: Option<&Testimony>) -> Result<(), OpenError> {
    if said.is_some() && !path.exists() {
        return Err(lost(path));
    }
    let folder = folder_of(path)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => file.sync_all().map_err(OpenError::io(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(OpenError::io(folder)(error)),
    }
}

/// The folder of a database: made where it is missing, and ours alone where it has our name.
pub(super) fn folder_of(path: &Path) -> Result<&Path, OpenError> {
    let folder = folder(path);
    if !folder.as_os_str().is_empty() && !folder.exists() {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(OpenError::io(folder))?;
    }
    if folder.file_name() == Some(OsStr::new(FOLDER)) {
        narrow(folder, 0o700)?;
        ignore(folder)?;
    }
    Ok(folder)
}

/// Takes the file away from everybody but its owner, and says what it is. It is only read, never opened as a database:
/// a stranger's file stays as it is.
pub(super) fn inspect(path: &Path, said: Option<&Testimony>) -> Result<Kind, OpenError> {
    let mut header = [0; 72];
    let mut file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound && said.is_some() => return Err(lost(path)),
        opened => opened.map_err(OpenError::io(path))?,
    };
    let length = file.metadata().map_err(OpenError::io(path))?.len();
    if length == 0 {
        return if said.is_none() { Ok(Kind::Empty) } else { Err(damaged(path)) };
    }
    let read = file.read_exact(&mut header);
    let sqlite = read.is_ok() && header.starts_with(b"SQLite format 3\0");
    if sqlite && header[68..72] == APPLICATION.to_be_bytes() {
        return Ok(Kind::Ours);
    }
    if !sqlite && said.is_some() {
        return Err(damaged(path));
    }
    Err(OpenError::NotOurs { path: path.to_owned() })
}

/// There is no file, beside a witness that says that one was there.
fn lost(path: &Path) -> OpenError {
    OpenError::Lost { path: path.to_owned(), witness: witness::path(path) }
}

/// A file that is no database any more, beside a witness that says that it was one.
fn damaged(path: &Path) -> OpenError {
    let source = "its header is gone, and a witness of it is beside it".into();
    OpenError::Corrupt { path: path.to_owned(), source }
}

/// Leaves the file to its owner alone.
pub(super) fn protect(path: &Path) -> Result<(), OpenError> {
    narrow(path, 0o600)
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

fn narrow(path: &Path, mode: u32) -> Result<(), OpenError> {
    let found = fs::metadata(path).map_err(OpenError::io(path))?.permissions().mode();
    if found.trailing_zeros() >= 6 {
        // nothing for the group and for others
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(OpenError::io(path))
}

/// Keeps the folder out of version control.
fn ignore(folder: &Path) -> Result<(), OpenError> {
    let path = folder.join(".gitignore");
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file.write_all(b"*\n").map_err(OpenError::io(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(OpenError::io(path)(error)),
    }
}
