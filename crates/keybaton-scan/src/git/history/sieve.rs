//! The first pass: which blobs could hold a credential, whatever their path is.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    ops::Range,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use gix_object::Kind;

use super::{
    Progress,
    alike::Alike,
    past::{self, Id, Past},
};
use crate::{
    Rules, Scanner, Text,
    git::{Error, Git, ObjectName, blobs::Blobs},
    source::{self, Reading, Tally, Unread},
};

/// How many objects pass between two words on the progress.
const STEP: u64 = 4096;

/// How many objects are worth another thread, which asks a git of its own.
const WORTH: usize = 64;

/// Keeps the names of the blobs that could hold a credential.
pub(super) struct Sieve<'r> {
    rules: &'r Rules,
    reading: Reading,
    /// What was read before, which is not read again.
    pub(super) past: &'r Past,
    progress: &'r (dyn Fn(Progress) + Sync),
    objects: AtomicU64,
    pub(super) all: AtomicU64,
    counts: Counts,
    kept: Mutex<Kept>,
}

/// How much was read.
#[derive(Debug, Default)]
struct Counts {
    blobs: AtomicU64,
    bytes: AtomicU64,
    cut: AtomicU64,
}

#[derive(Default)]
struct Kept {
    hits: HashSet<ObjectName>,
    /// Objects that were read one by one.
    seen: HashSet<ObjectName>,
    /// Objects that could not be read.
    failed: HashSet<Id>,
    unread: Vec<Unread>,
}

/// What was read so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    blobs: u64,
    bytes: u64,
    cut: u64,
}

impl<'r> Sieve<'r> {
    pub(super) fn new(
        rules: &'r Rules,
        reading: Reading,
        past: &'r Past,
        progress: &'r (dyn Fn(Progress) + Sync),
    ) -> Self {
        let (objects, all) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { rules, reading, past, progress, objects, all, counts: Counts::default(), kept: Mutex::default() }
    }

    /// What was read, and the blobs that are left to look at.
    pub(super) fn end(self) -> (Tally, HashSet<ObjectName>) {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        let Counts { blobs, bytes, cut } = self.counts;
        let (files_read, bytes_read, count) = (blobs.into_inner(), bytes.into_inner(), cut.into_inner());
        let cut = source::Cut { count, first: Vec::new() };
        (Tally { files_read, bytes_read, cut, unread: kept.unread }, kept.hits)
    }

    /// Says that something else than one object could not be read.
    pub(super) fn unread(&self, what: &str, why: String) {
        self.keep().unread.push(Unread { path: PathBuf::from(what), why });
    }

    /// Says that an object could not be read.
    pub(super) fn failed(&self, name: &ObjectName, error: &Error) {
        self.unread(name.as_str(), error.to_string());
        self.keep().failed.extend(past::of(name));
    }

    /// Whether an object was not read by its name yet.
    pub(super) fn is_new(&self, name: &ObjectName) -> bool {
        !self.keep().seen.contains(name)
    }

    /// The objects that were read by their names.
    pub(super) fn seen(&self) -> Vec<ObjectName> {
        self.keep().seen.iter().cloned().collect()
    }

    /// The objects that could not be read.
    pub(super) fn failures(&self) -> HashSet<Id> {
        self.keep().failed.clone()
    }

    /// Looks at objects by their names, on all cores. Those that cannot be read come back, with the reason.
    pub(super) fn each(&self, git: &Git, names: &[ObjectName]) -> Result<Vec<(ObjectName, Error)>, Error> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let (next, lost) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || -> Result<(), Error> {
            let mut blobs = Blobs::new(git);
            while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.passed();
                let error = match self.named(name, &mut blobs) {
                    Ok(()) => continue,
                    Err(error @ (Error::Missing(_) | Error::Corrupt(_))) => error,
                    Err(Error::Talk(_)) => Error::Corrupt(name.clone()),
                    Err(error) => return Err(error),
                };
                lost.lock().unwrap_or_else(PoisonError::into_inner).push((name.clone(), error));
            }
            Ok(())
        };
        thread::scope(|scope| {
            let more = cores.min(names.len() / WORTH + 1) - 1;
            let threads: Vec<_> = (0..more).map(|_| scope.spawn(work)).collect();
            let own = work();
            // a thread that broke has left its object unread, and the others go on
            threads.into_iter().fold(own, |all, one| all.and(one.join().unwrap_or(Err(Error::Broken))))
        })?;
        Ok(lost.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at an object by its name.
    fn named(&self, name: &ObjectName, blobs: &mut Blobs<'_>) -> Result<(), Error> {
        let (mut scanner, mut is_hit) = (Scanner::anywhere(self.rules), false);
        let read = blobs.read(name, |head, bytes| {
            if !head.is_blob {
                return Ok(None);
            }
            source::read(bytes, None, self.reading, &mut |text| scanner.scan(text, &mut |_| is_hit = true)).map(Some)
        })?;
        self.keep().seen.insert(name.clone());
        if let Some(amount) = read {
            self.count(amount);
        }
        if is_hit {
            self.keep().hits.insert(name.clone());
        }
        Ok(())
    }

    fn keep(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, amount: source::Amount) {
        self.counts.blobs.fetch_add(1, Ordering::Relaxed);
        self.counts.bytes.fetch_add(amount.bytes, Ordering::Relaxed);
        self.counts.cut.fetch_add(u64::from(amount.is_cut), Ordering::Relaxed);
    }

    fn passed(&self) {
        let objects = self.objects.fetch_add(1, Ordering::Relaxed) + 1;
        if objects.is_multiple_of(STEP) {
            (self.progress)(Progress { objects, all: self.all.load(Ordering::Relaxed) });
        }
    }

    /// What was read so far, to come back to.
    pub(super) fn mark(&self) -> Mark {
        let Counts { blobs, bytes, cut } = &self.counts;
        let [blobs, bytes, cut] = [blobs, bytes, cut].map(|count| count.load(Ordering::Relaxed));
        Mark { blobs, bytes, cut }
    }

    /// Forgets what was counted since.
    pub(super) fn back_to(&self, mark: Mark) {
        self.counts.blobs.store(mark.blobs, Ordering::Relaxed);
        self.counts.bytes.store(mark.bytes, Ordering::Relaxed);
        self.counts.cut.store(mark.cut, Ordering::Relaxed);
    }
}

/// What a thread looks with.
pub(super) struct Eye<'s, 'r> {
    sieve: &'s Sieve<'r>,
    scanner: Scanner<'r>,
    alike: Alike,
}

impl<'s, 'r> Eye<'s, 'r> {
    pub(super) fn new(sieve: &'s Sieve<'r>) -> Self {
        Self { sieve, scanner: Scanner::anywhere(sieve.rules), alike: Alike::default() }
    }
}

impl Clone for Eye<'_, '_> {
    fn clone(&self) -> Self {
        Self::new(self.sieve)
    }
}

impl Eye<'_, '_> {
    /// Looks at an object.
    pub(super) fn look(&mut self, kind: Kind, bytes: &[u8], id: &gix_hash::oid) {
        self.sieve.passed();
        if kind != Kind::Blob {
            return;
        }
        let (scanner, sieve) = (&mut self.scanner, self.sieve);
        let is_hit = if sieve.rules.are_local() && source::is_plain(bytes, sieve.reading) {
            sieve.count(source::Amount::whole(bytes));
            self.alike.is_hit(bytes, &mut |part| first(scanner, &Text::new(part)))
        } else {
            let mut is_hit = false;
            let read = source::look(bytes, None, sieve.reading, &mut |text| {
                is_hit = is_hit || first(scanner, text).is_some();
            });
            // bytes in memory are read without an error
            sieve.count(read.unwrap_or_default());
            is_hit
        };
        if is_hit && let Some(name) = ObjectName::parse(id.to_string().as_bytes()) {
            sieve.keep().hits.insert(name);
        }
    }
}

/// Where the first hit of a text is.
fn first(scanner: &mut Scanner<'_>, text: &Text<'_>) -> Option<Range<usize>> {
    let mut first = None;
    scanner.scan(text, &mut |hit| {
        first.get_or_insert(hit.range());
    });
    first
}
