//! Where pasts are kept: a folder of the user, never the repository, which may come from anybody.
//!
//! A file belongs to one store of objects and to one way of looking: rules, managed keys, options. Anything else has
//! another name, so nothing that was read in another way is taken for read. It is written beside its place and moved
//! there, so that several scans at once each see a whole file, and the last one stays.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::past::{Id, MOST, Past};

/// The first line of every file.
const HEAD: &[u8] = b"keybaton/past/v1\n";

/// How many ways of looking are kept for a repository.
const WAYS: usize = 4;

/// The longest list of facts that is read.
const LONGEST: usize = 256 << 20;

/// A folder in which pasts are kept.
#[derive(Clone, Debug)]
pub struct Shelf(PathBuf);

/// The place of a past on its shelf.
#[derive(Debug)]
pub(super) struct Slot {
    folder: PathBuf,
    store: String,
    name: String,
}

impl Shelf {
    /// In this folder, which is made when something is kept. It should be one that nobody else may write to.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The place for a store of objects, seen in this way.
    pub(super) fn slot(&self, folders: &[PathBuf], way: &str) -> Slot {
        let folders: Vec<_> = folders.iter().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone())).collect();
        let store = format!("{:016x}", hash(&folders));
        let name = format!("{store}-{:016x}", hash(&(way, "keybaton")));
        Slot { folder: self.0.clone(), store, name }
    }
}

impl Slot {
    /// The past that is kept here; an empty one if there is none or it is not whole.
    pub(super) fn open(&self) -> Past {
        fs::read(self.path()).ok().and_then(|bytes| parse(&bytes)).unwrap_or_default()
    }

    /// Keeps a past in place of the one before, and the newest others of the same store.
    pub(super) fn keep(&self, past: &Past) -> io::Result<()> {
        if past.ids.len() > MOST {
            return match fs::remove_file(self.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                Ok(()) | Err(_) => Ok(()),
            };
        }
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let path = self.folder.join(format!(".{}-{}", self.name, std::process::id()));
        let written = write(&path, past).and_then(|()| fs::rename(&path, self.path()));
        if written.is_err() {
            // it may not even have been made
            let _ = fs::remove_file(&path);
        }
        written.and_then(|()| self.tidy())
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Removes all but the newest pasts of this store.
    fn tidy(&self) -> io::Result<()> {
        let mut kept: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.to_str().is_some_and(|name| name.starts_with(&self.store)) {
                kept.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        kept.sort();
        for (_, path) in kept.iter().rev().skip(WAYS) {
            match fs::remove_file(path) {
                // another scan was quicker
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

fn hash(what: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Writes the first line, the facts in one line, the names, and a sum over everything.
fn write(path: &Path, past: &Past) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(HEAD.len() + past.ids.len() * size_of::<Id>() + 4096);
    bytes.extend_from_slice(HEAD);
    serde_json::to_writer(&mut bytes, &past.facts)?;
    bytes.push(b'\n');
    bytes.extend(past.ids.iter().flatten());
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    let mut file = fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.write(true).create(true).truncate(true).open(path)?.write_all(&bytes)
}

/// Reads what [`write`] writes; none if it is not whole.
fn parse(bytes: &[u8]) -> Option<Past> {
    let (bytes, sum) = bytes.split_last_chunk()?;
    if crc32fast::hash(bytes) != u32::from_le_bytes(*sum) {
        return None;
    }
    let rest = bytes.strip_prefix(HEAD)?;
    let line = memchr::memchr(b'\n', &rest[..rest.len().min(LONGEST)])?;
    let facts = serde_json::from_slice(&rest[..line]).ok()?;
    let (ids, left) = rest[line + 1..].as_chunks();
    let is_sorted = ids.is_sorted_by(|one, next| one < next);
    (left.is_empty() && is_sorted).then(|| Past { ids: ids.to_vec(), facts })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::git::history::past::{Facts, Origin};

    fn past() -> Past {
        let name = |digit: &str| crate::git::ObjectName::parse(digit.repeat(40).as_bytes()).unwrap();
        let origin = Origin { object: name("a"), commit: name("b"), committed: 7, path: b"a\xff\n\"b".to_vec() };
        let facts = Facts { tips: [name("b")].into(), origins: vec![origin], cut: 2, ..Facts::default() };
        Past { ids: vec![[1; 16], [2; 16]], facts }
    }

    #[test]
    fn what_is_kept_comes_back_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path().join("deep/er"));
        let slot = shelf.slot(&[folder.path().to_owned()], "a way");
        assert_eq!(slot.open(), Past::default());
        slot.keep(&past()).unwrap();
        assert_eq!(slot.open(), past());
        assert_eq!(fs::metadata(slot.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(folder.path().join("deep/er")).unwrap().permissions().mode() & 0o777, 0o700);
        let whole = fs::read(slot.path()).unwrap();
        for at in 0..whole.len() {
            assert_eq!(parse(&whole[..at]), None, "cut at {at}");
            let mut other = whole.clone();
            other[at] ^= 4;
            assert_eq!(parse(&other), None, "changed at {at}");
        }
        assert_eq!(shelf.slot(&[folder.path().to_owned()], "another way").open(), Past::default());
        assert_eq!(shelf.slot(&[folder.path().join("..")], "a way").open(), Past::default());
    }

    #[test]
    fn old_ways_of_looking_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path().to_owned());
        let other = shelf.slot(&[PathBuf::from("/other")], "way");
        other.keep(&past()).unwrap();
        for no in 0..8 {
            shelf.slot(&[PathBuf::from("/one")], &format!("way {no}")).keep(&past()).unwrap();
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), WAYS + 1);
        assert_eq!(other.open(), past());
        assert_eq!(shelf.slot(&[PathBuf::from("/one")], "way 7").open(), past());
    }
}
