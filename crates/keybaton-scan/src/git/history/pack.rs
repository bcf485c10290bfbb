//! The first pass: which blobs could hold a credential, whatever their path is.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use gix_object::Kind;
use gix_pack::{data, index};

use super::Progress;
use crate::{
    Rules, Scanner,
    git::{Error, ObjectName, blobs::Blobs},
    source::{self, Reading, Tally, Unread},
};

/// The largest object that is decoded in memory; a pack that has a larger one is read object by object.
const LARGEST: u64 = 256 << 20;

/// How many objects pass between two words on the progress.
const STEP: u64 = 4096;

/// Keeps the names of the blobs that could hold a credential.
pub(super) struct Sieve<'r> {
    rules: &'r Rules,
    reading: Reading,
    progress: &'r (dyn Fn(Progress) + Sync),
    objects: AtomicU64,
    all: AtomicU64,
    blobs: AtomicU64,
    bytes: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    hits: HashSet<ObjectName>,
    /// Objects that were read one by one.
    seen: HashSet<ObjectName>,
    unread: Vec<Unread>,
}

impl<'r> Sieve<'r> {
    pub(super) fn new(rules: &'r Rules, reading: Reading, progress: &'r (dyn Fn(Progress) + Sync)) -> Self {
        let zero = || AtomicU64::new(0);
        let (objects, all, blobs, bytes) = (zero(), zero(), zero(), zero());
        Self { rules, reading, progress, objects, all, blobs, bytes, kept: Mutex::default() }
    }

    /// What was read, and the blobs that are left to look at.
    pub(super) fn end(self) -> (Tally, HashSet<ObjectName>) {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        let tally =
            Tally { files_read: self.blobs.into_inner(), bytes_read: self.bytes.into_inner(), unread: kept.unread };
        (tally, kept.hits)
    }

    pub(super) fn unread(&self, what: &str, why: String) {
        self.keep().unread.push(Unread { path: PathBuf::from(what), why });
    }

    /// Whether an object was not read by its name yet.
    pub(super) fn is_new(&self, name: &ObjectName) -> bool {
        !self.keep().seen.contains(name)
    }

    /// Looks at an object by its name.
    pub(super) fn named(&self, name: &ObjectName, blobs: &mut Blobs<'_>) -> Result<(), Error> {
        let (mut scanner, mut is_hit) = (Scanner::anywhere(self.rules), false);
        let read = blobs.read(name, |head, bytes| {
            if !head.is_blob {
                return Ok(None);
            }
            source::read(bytes, None, self.reading, &mut |text| scanner.scan(text, &mut |_| is_hit = true)).map(Some)
        })?;
        self.keep().seen.insert(name.clone());
        if let Some(bytes) = read {
            self.count(bytes);
        }
        if is_hit {
            self.keep().hits.insert(name.clone());
        }
        Ok(())
    }

    fn keep(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, bytes: u64) {
        self.blobs.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn passed(&self) {
        let objects = self.objects.fetch_add(1, Ordering::Relaxed) + 1;
        if objects.is_multiple_of(STEP) {
            (self.progress)(Progress { objects, all: self.all.load(Ordering::Relaxed) });
        }
    }
}

/// What a thread looks with.
struct Eye<'s, 'r> {
    sieve: &'s Sieve<'r>,
    scanner: Scanner<'r>,
}

impl Clone for Eye<'_, '_> {
    fn clone(&self) -> Self {
        Self { sieve: self.sieve, scanner: Scanner::anywhere(self.sieve.rules) }
    }
}

impl Eye<'_, '_> {
    fn look(&mut self, kind: Kind, bytes: &[u8], id: &gix_hash::oid) {
        self.sieve.passed();
        if kind != Kind::Blob {
            return;
        }
        let mut is_hit = false;
        let scanner = &mut self.scanner;
        let read = source::look(bytes, None, self.sieve.reading, &mut |text| {
            if !is_hit {
                scanner.scan(text, &mut |_| is_hit = true);
            }
        });
        // bytes in memory are read without an error
        self.sieve.count(read.unwrap_or_default());
        if is_hit && let Some(name) = ObjectName::parse(id.to_string().as_bytes()) {
            self.sieve.keep().hits.insert(name);
        }
    }
}

/// Looks at every object of a pack that no pack before it has.
pub(super) fn sift(
    path: &Path,
    kind: gix_hash::Kind,
    done: &mut Vec<(PathBuf, index::File)>,
    blobs: &mut Blobs<'_>,
    sieve: &Sieve<'_>,
) -> Result<(), Error> {
    let index = match index::File::at(path, kind) {
        Ok(index) => index,
        Err(_) if !path.exists() => return Ok(()),
        Err(error) => {
            sieve.unread(&path.to_string_lossy(), error.to_string());
            return Ok(());
        }
    };
    sieve.all.fetch_add(u64::from(index.num_objects()), Ordering::Relaxed);
    let pack = data::File::at(path.with_extension("pack"), kind);
    let is_decoded = pack.is_ok_and(|pack| is_sound(&pack, &index) && decode(&pack, &index, done, sieve));
    if !is_decoded {
        one_by_one(&index, done, blobs, sieve)?;
    }
    done.push((path.to_owned(), index));
    Ok(())
}

/// Whether every entry is what the index says, and fits into memory. The decoder itself stops at the length of an object
/// and does not see broken bytes. What a delta makes is known only when it is made: see `alloc_limit_bytes`.
fn is_sound(pack: &data::File, index: &index::File) -> bool {
    let mut entries: Vec<_> = index.iter().map(|entry| (entry.pack_offset, entry.crc32)).collect();
    entries.sort_unstable();
    let ends = entries.iter().skip(1).map(|(offset, _)| *offset).chain([pack.pack_end() as u64]);
    entries.iter().zip(ends).all(|((offset, crc), end)| {
        let is_small = pack.entry(*offset).is_ok_and(|entry| entry.decompressed_size <= LARGEST);
        let bytes = pack.entry_slice(*offset..end);
        is_small && bytes.is_some_and(|bytes| crc.is_none_or(|crc| crc32fast::hash(bytes) == crc))
    })
}

/// Decodes a pack in the order of its deltas; says whether it came to its end.
fn decode(pack: &data::File, index: &index::File, done: &[(PathBuf, index::File)], sieve: &Sieve<'_>) -> bool {
    let mut eye = Eye { sieve, scanner: Scanner::anywhere(sieve.rules) };
    let options = index::traverse::with_index::Options {
        thread_limit: None,
        check: index::traverse::SafetyCheck::SkipFileAndObjectChecksumVerification,
        alloc_limit_bytes: usize::try_from(LARGEST).ok(),
    };
    let counts = (sieve.blobs.load(Ordering::Relaxed), sieve.bytes.load(Ordering::Relaxed));
    let traverse = || {
        index.traverse_with_index(
            pack,
            move |kind, bytes, entry: &index::Entry, _: &dyn gix_utils::progress::Progress| {
                if done.iter().all(|(_, other)| other.lookup(entry.oid).is_none()) {
                    eye.look(kind, bytes, &entry.oid);
                }
                Ok(())
            },
            &mut gix_utils::progress::Discard,
            &AtomicBool::new(false),
            options,
        )
    };
    // a broken pack may break the decoder's own assumptions
    let is_whole = catch_unwind(AssertUnwindSafe(traverse)).is_ok_and(|outcome| outcome.is_ok());
    if !is_whole {
        sieve.blobs.store(counts.0, Ordering::Relaxed);
        sieve.bytes.store(counts.1, Ordering::Relaxed);
    }
    is_whole
}

/// Reads the objects of a pack by their names, in the order in which they stand; names those that cannot be read.
fn one_by_one(
    index: &index::File,
    done: &[(PathBuf, index::File)],
    blobs: &mut Blobs<'_>,
    sieve: &Sieve<'_>,
) -> Result<(), Error> {
    let mut entries: Vec<_> = index.iter().map(|entry| (entry.pack_offset, entry.oid)).collect();
    entries.sort_unstable();
    for (_, id) in entries {
        sieve.passed();
        let Some(name) = ObjectName::parse(id.to_string().as_bytes()) else { continue };
        if done.iter().any(|(_, other)| other.lookup(id).is_some()) || !sieve.is_new(&name) {
            continue;
        }
        match sieve.named(&name, blobs) {
            Ok(()) => {}
            Err(error @ (Error::Missing(_) | Error::Corrupt(_))) => sieve.unread(name.as_str(), error.to_string()),
            Err(Error::Talk(_)) => sieve.unread(name.as_str(), Error::Corrupt(name.clone()).to_string()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
