//! What a repository has ever held: each blob once, and for what is found its first commit and path.
//!
//! A first pass looks at blobs without their paths, which nobody knows yet: packs are decoded once, in the order of their
//! deltas and on all cores. Only blobs in which something could be a credential are then looked for in the commits, the
//! oldest first, and read again under the path that they had there. A range is small: its blobs are read as the commits
//! bring them.

mod birth;
mod listing;
mod pack;
mod store;

use std::{collections::HashSet, path::PathBuf};

use super::{Error, Git, blobs::Blobs};
use crate::{
    Rules, Text,
    source::{self, Reading, Tally, Unread},
};

pub use birth::Birth;
use listing::Listing;
use pack::Sieve;
use store::Store;

/// A repository's history, or a part of it.
#[derive(Clone, Debug)]
pub struct History {
    /// Where it is.
    pub git: Git,
    /// How blobs are read.
    pub reading: Reading,
    /// The part of it, as `git rev-list` understands it: `A..B`, or `B --not --remotes`. None for everything.
    pub range: Option<String>,
}

/// How far a pass is, for whoever waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many objects were looked at.
    pub objects: u64,
    /// How many there are, as far as is known.
    pub all: u64,
}

/// What was read of a history, and what was not.
#[derive(Debug, Default)]
pub struct Told {
    /// Blobs, bytes, and what could not be read.
    pub tally: Tally,
    /// What is missing on purpose: older commits of a shallow clone, objects that a partial clone left out.
    pub missing: Vec<&'static str>,
    /// How many blobs could hold a credential and are in no commit.
    pub unreachable: u64,
}

impl History {
    /// Hands out what may hold a credential, as it was when a commit brought it in, the oldest first.
    pub fn read(
        &self,
        rules: &Rules,
        progress: &(dyn Fn(Progress) + Sync),
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<Told, Error> {
        let store = Store::of(&self.git)?;
        let mut told = Told { missing: store.missing(), ..Told::default() };
        match &self.range {
            Some(range) => self.range(range, &store, &mut told, visit)?,
            None => self.all(&store, rules, progress, &mut told, visit)?,
        }
        Ok(told)
    }

    fn all(
        &self,
        store: &Store,
        rules: &Rules,
        progress: &(dyn Fn(Progress) + Sync),
        told: &mut Told,
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<(), Error> {
        let sieve = Sieve::new(rules, self.reading, progress);
        store.sift(&self.git, &sieve)?;
        let (tally, mut hits) = sieve.end();
        told.tally = tally;
        let mut blobs = Blobs::new(&self.git);
        if !hits.is_empty() {
            let mut listing = Listing::start(&self.git, &["--all"])?;
            let mut births = birth::Births::default();
            while !hits.is_empty()
                && let Some(entry) = listing.next()?
            {
                if hits.remove(&entry.object) {
                    self.again(&entry, &mut blobs, &mut births, told, visit)?;
                }
            }
            if !hits.is_empty() {
                listing.end()?;
            }
        }
        told.unreachable = hits.len() as u64;
        Ok(())
    }

    fn again(
        &self,
        entry: &listing::Entry,
        blobs: &mut Blobs<'_>,
        births: &mut birth::Births,
        told: &mut Told,
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<u64, Error> {
        let birth = births.of(&entry.commit, blobs)?;
        let read = blobs.read(&entry.object, |head, bytes| {
            if !head.is_blob {
                return Ok(0);
            }
            source::read(bytes, Some(&entry.path), self.reading, &mut |text| visit(text, &birth))
        });
        match read {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                told.tally.unread.push(unread(&entry.path, &error));
                Ok(0)
            }
        }
    }

    fn range(
        &self,
        range: &str,
        store: &Store,
        told: &mut Told,
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<(), Error> {
        let mut listing = Listing::start(&self.git, &listing::words(range)?)?;
        let (mut blobs, mut births, mut seen) = (Blobs::new(&self.git), birth::Births::default(), HashSet::new());
        let mut is_cut = false;
        while let Some(entry) = listing.next()? {
            is_cut |= store.is_border(&entry.commit);
            if entry.path.is_empty() || !seen.insert(entry.object.clone()) {
                continue;
            }
            let bytes = self.again(&entry, &mut blobs, &mut births, told, visit)?;
            told.tally.files_read += u64::from(bytes > 0);
            told.tally.bytes_read += bytes;
        }
        listing.end()?;
        if !is_cut {
            told.missing.clear();
        }
        Ok(())
    }
}

fn unread(path: &[u8], error: &Error) -> Unread {
    Unread { path: PathBuf::from(String::from_utf8_lossy(path).into_owned()), why: error.to_string() }
}
