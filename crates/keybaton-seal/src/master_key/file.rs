//! The file of a master key: one line that only its owner may read, written once and never over another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::{MasterKey, text};
use crate::{Error, SecretValue};

/// The permission bits of group and others: a master key has none of them.
const OTHERS: u32 = 0o077;

impl MasterKey {
    /// Reads the master key from a file that only its owner may read.
    #[expect(clippy::disallowed_methods, reason = "the text of a master key becomes the master key")]
    pub fn load(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| unread(path, source))?;
        let facts = file.metadata().map_err(|source| unread(path, source))?;
        let malformed = |why| Error::MasterKeyMalformed { whence: path.display().to_string(), why };
        if !facts.is_file() {
            return Err(malformed("it is not a regular file"));
        }
        let mode = facts.permissions().mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(Error::MasterKeyReadable { path: path.to_owned(), mode });
        }
        let line = SecretValue::read_from(file).map_err(|error| match error {
            Error::Read(source) => unread(path, source),
            _ => malformed("it is far too long"),
        })?;
        text::parse(line.expose()).map(Self).map_err(malformed)
    }

    /// Draws a new master key and writes it to a file that does not exist yet, with mode 0600. File and folder are on
    /// the disk when it returns; after a failure there is no file.
    pub fn create(path: &Path) -> Result<Self, Error> {
        let key = Self::generate()?;
        let mut options = OpenOptions::new();
        let opened = options.write(true).create_new(true).mode(0o600).open(path);
        let file = opened.map_err(|source| unwritten(path, source))?;
        if let Err(source) = persist(file, &text::line(&key.0), path) {
            return Err(unwritten(path, discard(path, source)));
        }
        Ok(key)
    }
}

fn persist(mut file: File, line: &[u8], path: &Path) -> io::Result<()> {
    file.write_all(line)?;
    file.sync_all()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Removes the half-written file that we made ourselves, so that the next try is not refused because of it.
fn discard(path: &Path, cause: io::Error) -> io::Error {
    match fs::remove_file(path) {
        Ok(()) => cause,
        Err(error) => io::Error::new(cause.kind(), format!("{cause}; and what was written stays behind: {error}")),
    }
}

fn unread(path: &Path, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::NotFound => Error::MasterKeyMissing { path: path.to_owned() },
        _ => Error::MasterKeyFile { path: path.to_owned(), what: "read", source },
    }
}

fn unwritten(path: &Path, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::AlreadyExists => Error::MasterKeyExists { path: path.to_owned() },
        _ => Error::MasterKeyFile { path: path.to_owned(), what: "written", source },
    }
}
