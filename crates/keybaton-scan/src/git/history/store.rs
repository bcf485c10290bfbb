//! Where the objects of a repository are: packs, single files, and the stores that it borrows from.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use super::{
    pack::{self, Done},
    past::{self, Id},
    sieve::Sieve,
};
use crate::git::{Error, Git, ObjectName};

/// How many stores may borrow from one another.
const DEEPEST: usize = 5;

/// How often packs are looked for again, because somebody packs while they are read.
const ROUNDS: usize = 3;

/// Where the objects of a repository are.
pub(super) struct Store {
    folders: Vec<PathBuf>,
    kind: gix_hash::Kind,
    /// The oldest commits of a shallow clone.
    border: BTreeSet<ObjectName>,
}

impl Store {
    /// Asks git where they are.
    pub(super) fn of(git: &Git) -> Result<Self, Error> {
        let mut talk =
            git.start(["rev-parse", "--show-object-format", "--git-path", "shallow", "--git-path", "objects"])?;
        let output = talk.output.take().ok_or_else(|| Error::Talk(std::io::ErrorKind::BrokenPipe.into()))?;
        let lines: Result<Vec<Vec<u8>>, _> = BufReader::new(output).split(b'\n').collect();
        let lines = lines.map_err(Error::Talk)?;
        talk.end()?;
        let [format, shallow, objects] = lines.as_slice() else { return Err(Error::Patch("where its objects are")) };
        let kind = if format == b"sha256" { gix_hash::Kind::Sha256 } else { gix_hash::Kind::Sha1 };
        let path = |bytes: &[u8]| git.place().folder.join(as_path(bytes));
        let mut folders = vec![path(objects)];
        borrowed(&path(objects), DEEPEST, &mut folders);
        let border = fs::read(path(shallow)).unwrap_or_default();
        let border = border.split(|byte| *byte == b'\n').filter_map(ObjectName::parse).collect();
        Ok(Self { folders, kind, border })
    }

    /// What a repository leaves out on purpose.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        if !self.border.is_empty() {
            missing.push("the clone is shallow: commits older than its border are not here".to_owned());
        }
        if self.is_partial() {
            missing.push("the clone is partial: objects that it left out are not here".to_owned());
        }
        missing
    }

    /// Whether objects were left out that could be fetched.
    pub(super) fn is_partial(&self) -> bool {
        self.folders.iter().any(|folder| files(&folder.join("pack"), "promisor").next().is_some())
    }

    /// Whether a commit has parents that a shallow clone left out.
    pub(super) fn is_border(&self, commit: &ObjectName) -> bool {
        self.border.contains(commit)
    }

    /// Lets the sieve look at every object once: those in packs first, in which somebody may put the others meanwhile.
    /// Tells what was read.
    pub(super) fn sift(&self, git: &Git, sieve: &Sieve<'_>) -> Result<Vec<Id>, Error> {
        let mut done: Vec<Done> = Vec::new();
        for _ in 0..ROUNDS {
            for path in self.packs() {
                if done.iter().all(|(known, _)| *known != path) {
                    pack::sift(&path, self.kind, &mut done, git, sieve)?;
                }
            }
            let lost = sieve.each(git, &self.single(&done, sieve))?;
            // what is lost was packed just now, or is broken
            let is_over =
                lost.is_empty() || self.packs().iter().all(|path| done.iter().any(|(known, _)| known == path));
            if is_over {
                for (name, error) in lost {
                    sieve.failed(&name, &error);
                }
                return Ok(read(&done, sieve));
            }
        }
        sieve.unread("the repository", "it was packed again and again while it was read".to_owned());
        Ok(read(&done, sieve))
    }

    /// The folders in which its objects are.
    pub(super) fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// The oldest commits of a shallow clone.
    pub(super) fn border(&self) -> &BTreeSet<ObjectName> {
        &self.border
    }

    fn packs(&self) -> Vec<PathBuf> {
        let mut packs: Vec<_> = self.folders.iter().flat_map(|folder| files(&folder.join("pack"), "idx")).collect();
        packs.sort();
        packs
    }

    /// The objects that are files of their own, and were not read yet.
    fn single(&self, done: &[Done], sieve: &Sieve<'_>) -> Vec<ObjectName> {
        let mut names: Vec<_> = self.folders.iter().flat_map(|folder| loose(folder)).collect();
        names.retain(|name| {
            let id = gix_hash::ObjectId::from_hex(name.as_str().as_bytes());
            let is_read = |id: &gix_hash::ObjectId| {
                sieve.past.has(id) || done.iter().any(|(_, index)| index.lookup(id).is_some())
            };
            !id.is_ok_and(|id| is_read(&id)) && sieve.is_new(name)
        });
        names
    }
}

/// The objects that were read: those of all packs but the ones that failed, and those that were read by name.
fn read(done: &[Done], sieve: &Sieve<'_>) -> Vec<Id> {
    let mut ids = Vec::new();
    let failed = sieve.failures();
    for (_, index) in done {
        let all = (0..index.num_objects()).map(|no| past::id(index.oid_at_index(no)));
        ids.extend(all.filter(|id| !failed.contains(id)));
    }
    ids.extend(sieve.seen().iter().filter_map(past::of));
    ids
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

/// Adds the stores that one borrows from.
fn borrowed(folder: &Path, deep: usize, into: &mut Vec<PathBuf>) {
    let Some(deep) = deep.checked_sub(1) else { return };
    let text = fs::read(folder.join("info/alternates")).unwrap_or_default();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#') {
        let other = folder.join(as_path(line));
        if !into.contains(&other) {
            into.push(other.clone());
            borrowed(&other, deep, into);
        }
    }
}

/// The files of a folder with this extension.
fn files(folder: &Path, extension: &'static str) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(move |path| path.extension().is_some_and(|own| own == extension))
}

/// The names of the objects that are files of their own.
fn loose(folder: &Path) -> Vec<ObjectName> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let head = entry.file_name();
        let head = head.as_encoded_bytes();
        if head.len() != 2 || !head.iter().all(u8::is_ascii_hexdigit) {
            continue;
        }
        for file in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            names.extend(ObjectName::parse(&[head, file.file_name().as_encoded_bytes()].concat()));
        }
    }
    names.sort();
    names
}
