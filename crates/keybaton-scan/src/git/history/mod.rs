//! What a repository has ever held: each blob once, and for what is found its first commit and path.
//!
//! A first pass looks at blobs without their paths, which nobody knows yet: packs are decoded once, in the order of their
//! deltas and on all cores. Only blobs in which something could be a credential are then looked for in the commits, the
//! oldest first, and read again under the path that they had there. What was read is kept on a shelf, so that the next
//! scan reads only what is new. Of a range the blobs are asked for by name.

mod alike;
mod attribute;
mod birth;
mod listing;
mod pack;
mod past;
mod same;
mod shelf;
mod sieve;
mod store;

use std::{
    collections::{HashMap, HashSet},
    io,
    path::PathBuf,
};

use super::{Error, Git, ObjectName, blobs::Blobs};
use crate::{
    Rules, Text,
    source::{self, Reading, Tally, Unread},
};

use attribute::{Attributed, attribute};
pub use birth::Birth;
use birth::Births;
use listing::{Entry, Listing};
use past::{Facts, Origin, Past};
pub use shelf::Shelf;
use shelf::Slot;
use sieve::Sieve;
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
    /// Where it is kept what was read, so that the next scan of everything reads only what is new.
    pub shelf: Option<Shelf>,
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
    pub missing: Vec<String>,
    /// How many objects earlier scans have read, which were not read again.
    pub known: u64,
    /// Why the next scan will read everything again, if it will.
    pub forgotten: Option<io::Error>,
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
            Some(range) => self.part(range, &store, rules, progress, &mut told, visit)?,
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
        let slot = self.shelf.as_ref().map(|shelf| shelf.slot(store.folders(), &self.way(rules)));
        let mut past = slot.as_ref().map(Slot::open).unwrap_or_default();
        let sieve = Sieve::new(rules, self.reading, &past, progress);
        let read = store.sift(&self.git, &sieve)?;
        let (tally, hits) = sieve.end();
        told.tally = tally;
        told.known = past.ids.len() as u64;
        told.tally.cut.count += past.facts.cut;
        let (mut blobs, mut births) = (Blobs::new(&self.git), Births::default());
        let mut attributed = attribute(&self.git, &past, store.border(), hits, &mut blobs, &mut births)?;
        if attributed.missing > 0 && !store.is_partial() {
            told.missing.push(format!("{} objects that commits name are not here", attributed.missing));
        }
        for origin in &attributed.origins {
            self.again(origin, &mut blobs, &mut births, told, visit)?;
        }
        attributed.lost.retain(|name| !matches!(blobs.read(name, |_, _| Ok(())), Err(Error::Missing(_))));
        told.unreachable = attributed.lost.len() as u64;
        if let Some(slot) = slot {
            past.add(read.into_iter());
            let Attributed { tips, origins, lost, .. } = attributed;
            past.facts = Facts { tips, border: store.border().clone(), origins, lost, cut: told.tally.cut.count };
            told.forgotten = slot.keep(&past).err();
        }
        Ok(())
    }

    /// What the answer hangs on beside the objects.
    fn way(&self, rules: &Rules) -> String {
        let Reading { piece, binary, decoding } = self.reading;
        format!("{} {piece} {binary} {decoding:?}", rules.mark())
    }

    /// Hands out a blob as a commit has it.
    fn again(
        &self,
        origin: &Origin,
        blobs: &mut Blobs<'_>,
        births: &mut Births,
        told: &mut Told,
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<(), Error> {
        let birth = births.of(&origin.commit, blobs)?;
        let read = blobs.read(&origin.object, |head, bytes| {
            if !head.is_blob {
                return Ok(());
            }
            source::read(bytes, Some(&origin.path), self.reading, &mut |text| visit(text, &birth)).map(|_| ())
        });
        if let Err(error) = read {
            told.tally.unread.push(unread(&origin.path, &error));
        }
        Ok(())
    }

    /// A part of it: what its commits bring is looked at on all cores, and what is left is handed out in their order.
    fn part(
        &self,
        range: &str,
        store: &Store,
        rules: &Rules,
        progress: &(dyn Fn(Progress) + Sync),
        told: &mut Told,
        visit: &mut dyn FnMut(&Text<'_>, &Birth),
    ) -> Result<(), Error> {
        let mut listing = Listing::start(&self.git, &listing::words(range)?)?;
        let (mut entries, mut seen, mut is_cut) = (Vec::new(), HashSet::new(), false);
        while let Some(entry) = listing.next()? {
            is_cut |= store.is_border(&entry.commit);
            if !entry.path.is_empty() && seen.insert(entry.object.clone()) {
                entries.push(entry);
            }
        }
        told.missing.retain(|_| is_cut);
        if listing.missing() > 0 {
            told.missing.push(format!("{} objects that these commits name are not here", listing.missing()));
        }
        listing.end()?;
        let past = Past::default();
        let sieve = Sieve::new(rules, self.reading, &past, progress);
        let names: Vec<ObjectName> = entries.iter().map(|entry| entry.object.clone()).collect();
        let lost: HashMap<ObjectName, Error> = sieve.each(&self.git, &names)?.into_iter().collect();
        let (tally, hits) = sieve.end();
        told.tally = tally;
        let (mut blobs, mut births) = (Blobs::new(&self.git), Births::default());
        for Entry { object, path, commit } in entries {
            if let Some(error) = lost.get(&object) {
                told.tally.unread.push(unread(&path, error));
            } else if hits.contains(&object) {
                let origin = Origin { object, commit, committed: 0, path };
                self.again(&origin, &mut blobs, &mut births, told, visit)?;
            }
        }
        Ok(())
    }
}

fn unread(path: &[u8], error: &Error) -> Unread {
    Unread { path: PathBuf::from(String::from_utf8_lossy(path).into_owned()), why: error.to_string() }
}
