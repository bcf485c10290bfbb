//! The witness: a small file beside the database that an old copy of the database gives away (R11).
//!
//! It holds what the database held when it was last written: the installation, the database's epoch, and how many
//! transactions were written. It is written after each commit, so it may lag behind a database whose process was
//! killed, and is never ahead of it. A database that has fewer writes than its witness is an old copy.
//!
//! It is written in place, in one call, within one disk sector: several processes may have it open. It is made durable
//! when a database is opened and closed; in between the kernel writes it back within seconds, and until then a loss of
//! power leaves it behind the database, never ahead.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use keybaton_seal::digest_hex;
use keybaton_types::Installation;

/// What a witness begins with.
const KIND: &str = "keybaton-witness-1";

/// A write by another process may be half visible: so often the file is read again before it counts as damaged.
const TRIES: u32 = 5;

/// What a witness says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Testimony {
    pub(super) installation: Installation,
    pub(super) epoch: i64,
    pub(super) writes: i64,
}

/// The open witness of an open database.
pub(super) struct Witness {
    file: File,
    installation: Installation,
    epoch: i64,
    /// Why it could not be written; told when the database is closed, because what was committed is committed.
    failed: Mutex<Option<io::Error>>,
}

/// Where the witness of a database is.
pub(super) fn path(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".witness");
    PathBuf::from(name)
}

/// Reads the witness of a database; `None` when there is none, or none that makes sense.
pub(super) fn read(database: &Path) -> io::Result<Option<Testimony>> {
    for _ in 0..TRIES {
        match std::fs::read(path(database)) {
            Ok(bytes) => match Testimony::parse(&bytes) {
                Some(said) => return Ok(Some(said)),
                None => thread::sleep(Duration::from_millis(2)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

impl Testimony {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (said, sum) = std::str::from_utf8(bytes).ok()?.trim_end_matches('\n').rsplit_once(' ')?;
        let mut words = (digest_hex(said.as_bytes())[..16] == *sum).then_some(said)?.split(' ');
        let (kind, installation, epoch, writes) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let (epoch, writes) = (epoch.parse().ok()?, writes.parse().ok()?);
        (kind == KIND).then(|| Self { installation: Installation(installation.to_owned()), epoch, writes })
    }

    /// Always of the same length, so that a later one covers an earlier one.
    fn text(&self) -> String {
        let said = format!("{KIND} {} {:020} {:020}", self.installation, self.epoch, self.writes);
        let sum = digest_hex(said.as_bytes());
        format!("{said} {}\n", &sum[..16])
    }
}

impl Witness {
    /// Opens or makes the witness of a database, writes it and makes it durable.
    pub(super) fn open(database: &Path, says: &Testimony) -> io::Result<Self> {
        let path = path(database);
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path)?;
        let text = says.text();
        file.write_all_at(text.as_bytes(), 0)?;
        file.set_len(text.len() as u64)?;
        file.sync_all()?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self { file, installation: says.installation.clone(), epoch: says.epoch, failed: Mutex::new(None) })
    }

    /// Writes how many transactions were written.
    pub(super) fn note(&self, writes: i64) {
        let says = Testimony { installation: self.installation.clone(), epoch: self.epoch, writes };
        if let Err(error) = self.file.write_all_at(says.text().as_bytes(), 0) {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    /// Makes it durable; says why it could not be written, when it once could not.
    pub(super) fn sync(&self) -> io::Result<()> {
        match self.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => self.file.sync_data(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(writes: i64) -> Testimony {
        Testimony { installation: Installation("a1b2c3".to_owned()), epoch: 1, writes }
    }

    #[test]
    fn a_witness_says_what_it_was_told() {
        let text = says(77).text();
        assert_eq!(Testimony::parse(text.as_bytes()), Some(says(77)));
        assert_eq!(text.len(), says(i64::MAX).text().len());
        assert!(text.len() < 512, "it has to fit into one sector");
    }

    #[test]
    fn a_damaged_witness_says_nothing() {
        let text = says(77).text();
        assert_eq!(Testimony::parse(text.replace("77", "78").as_bytes()), None);
        assert_eq!(Testimony::parse(&text.as_bytes()[..20]), None);
        assert_eq!(Testimony::parse(b""), None);
    }
}
