//! The sealed disk cache: what a restart during an outage begins with. One file per secret, replaced as a whole and
//! flushed before anything is told of the version in it (R6).

mod key;
mod record;

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use keybaton_seal::{Keyring, SecretValue};
use keybaton_types::SecretId;
use rustix::fs::{FlockOperation, flock};

pub use key::CacheKey;
pub(crate) use record::Facts;

use crate::Error;
use record::Record;

/// The permission bits of group and others: a cache has none of them.
const OTHERS: u32 = 0o077;

/// The longest file: a sealed value and its facts, written as text.
const LONGEST: u64 = 512 * 1024;

/// A folder in which the newest version of each secret is kept, sealed. One process uses it at a time.
pub struct DiskCache {
    folder: PathBuf,
    keyring: Keyring,
    _lock: File,
}

/// Why a version was not kept.
#[derive(Debug)]
pub(crate) struct Unkept {
    /// The words for the operator.
    pub(crate) words: String,
    /// Whether an older version is still there.
    pub(crate) leaves_old: bool,
}

impl DiskCache {
    /// Opens a cache, and makes folder and key where there are none. It blocks for as long as the disk takes.
    pub fn open(folder: impl Into<PathBuf>, key: &CacheKey) -> Result<Self, Error> {
        let folder = folder.into();
        make(&folder)?;
        let lock = lock(&folder)?;
        let keyring = key.keyring(&folder)?;
        Ok(Self { folder, keyring, _lock: lock })
    }

    /// What is kept of a secret. A file that cannot be read is an error once: it is removed, and the next look finds none.
    pub(crate) fn load(&self, id: &SecretId) -> Result<Option<(Facts, Option<SecretValue>)>, String> {
        let path = self.path(id);
        match read(&path) {
            Ok(Some(bytes)) => Record::parse(&bytes).and_then(|record| record.open(&self.keyring, id)).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
        .map_err(|why| match fs::remove_file(&path) {
            Ok(()) => format!("{} was removed, because it could not be read: {why}", path.display()),
            Err(error) => format!("{} could not be read: {why}; nor removed: {error}", path.display()),
        })
    }

    /// Keeps a version in place of what was kept, on the disk when it returns. Where that fails, what was kept is removed,
    /// so that no restart goes back to it.
    pub(crate) fn store(&self, id: &SecretId, facts: &Facts, value: Option<&SecretValue>) -> Result<(), Unkept> {
        let path = self.path(id);
        let written = Record::seal(&self.keyring, id, facts, value)
            .map_err(io::Error::other)
            .and_then(|bytes| replace(&self.folder, &path, &bytes));
        written.map_err(|error| {
            let words = format!("{} could not be written: {error}", path.display());
            let leaves_old = self.remove(&path).is_err();
            Unkept { words, leaves_old }
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => File::open(&self.folder)?.sync_all(),
        }
    }

    fn path(&self, id: &SecretId) -> PathBuf {
        self.folder.join(format!("{}.{}.sealed", id.name(), id.env()))
    }
}

fn make(folder: &Path) -> Result<(), Error> {
    let failed = |what| move |source| Error::Cache { path: folder.to_owned(), what, source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed("made"))?;
    let mode = fs::metadata(folder).map_err(failed("read"))?.permissions().mode() & 0o7777;
    if mode & OTHERS == 0 { Ok(()) } else { Err(Error::CacheOpen { path: folder.to_owned(), mode }) }
}

/// Two processes with one cache would each say of the other's values that they are dropped.
fn lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join("lock");
    let failed = |what, source| Error::Cache { path: folder.to_owned(), what, source };
    let file = File::options().create(true).append(true).open(&path).map_err(|source| failed("locked", source))?;
    let locked = flock(&file, FlockOperation::NonBlockingLockExclusive);
    locked.map_err(|error| failed("locked; does another process use it?", error.into()))?;
    Ok(file)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, LONGEST), &mut bytes)?;
    Ok(Some(bytes))
}

fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    File::open(folder)?.sync_all()
}
