//! Packs: each object once, in the order of the deltas when most of it is new, by name when little is.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use gix_hash::ObjectId;
use gix_pack::{data, index};

use super::{
    past::Past,
    sieve::{Eye, Sieve},
};
use crate::git::{Error, Git, ObjectName};

/// The largest object that is decoded in memory; a pack that has a larger one is read object by object.
const LARGEST: u64 = 256 << 20;

/// How many objects of a pack there must be for each new one, so that asking for those costs less than decoding all.
const FEW: usize = 8;

/// A pack that was read, by the path of its index.
pub(super) type Done = (PathBuf, index::File);

/// Looks at every object of a pack that no pack before it has, and no scan before this one has read.
pub(super) fn sift(
    path: &Path,
    kind: gix_hash::Kind,
    done: &mut Vec<Done>,
    git: &Git,
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
    let fresh = (!sieve.past.is_empty()).then(|| fresh(&index, sieve.past));
    let (all, new) = (index.num_objects() as usize, fresh.as_ref().map_or(index.num_objects() as usize, Vec::len));
    sieve.all.fetch_add(new as u64, Ordering::Relaxed);
    let pack = (new * FEW > all).then(|| data::File::at(path.with_extension("pack"), kind));
    let is_decoded = new == 0
        || pack
            .and_then(Result::ok)
            .is_some_and(|pack| is_sound(&pack, &index) && decode(&pack, &index, fresh.as_deref(), done, sieve));
    if !is_decoded {
        by_name(&index, fresh.as_deref(), done, git, sieve)?;
    }
    done.push((path.to_owned(), index));
    Ok(())
}

/// The objects of a pack that were not read before, in order.
fn fresh(index: &index::File, past: &Past) -> Vec<ObjectId> {
    past.fresh((0..index.num_objects()).map(|no| index.oid_at_index(no)))
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

/// Whether an object of a pack is still to be looked at.
fn is_wanted(id: &gix_hash::oid, fresh: Option<&[ObjectId]>, done: &[Done]) -> bool {
    fresh.is_none_or(|fresh| fresh.binary_search_by(|other| other.as_ref().cmp(id)).is_ok())
        && done.iter().all(|(_, other)| other.lookup(id).is_none())
}

/// Decodes a pack in the order of its deltas; says whether it came to its end.
fn decode(
    pack: &data::File,
    index: &index::File,
    fresh: Option<&[ObjectId]>,
    done: &[Done],
    sieve: &Sieve<'_>,
) -> bool {
    let mut eye = Eye::new(sieve);
    let options = index::traverse::with_index::Options {
        thread_limit: None,
        check: index::traverse::SafetyCheck::SkipFileAndObjectChecksumVerification,
        alloc_limit_bytes: usize::try_from(LARGEST).ok(),
    };
    let mark = sieve.mark();
    let traverse = || {
        index.traverse_with_index(
            pack,
            move |kind, bytes, entry: &index::Entry, _: &dyn gix_utils::progress::Progress| {
                if is_wanted(&entry.oid, fresh, done) {
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
        sieve.back_to(mark);
    }
    is_whole
}

/// Reads the objects of a pack by their names, in the order in which they stand; names those that cannot be read.
fn by_name(
    index: &index::File,
    fresh: Option<&[ObjectId]>,
    done: &[Done],
    git: &Git,
    sieve: &Sieve<'_>,
) -> Result<(), Error> {
    let mut entries: Vec<_> = index.iter().map(|entry| (entry.pack_offset, entry.oid)).collect();
    entries.retain(|(_, id)| is_wanted(id, fresh, done));
    entries.sort_unstable();
    let names = entries.iter().filter_map(|(_, id)| ObjectName::parse(id.to_string().as_bytes()));
    let names: Vec<ObjectName> = names.filter(|name| sieve.is_new(name)).collect();
    for (name, error) in sieve.each(git, &names)? {
        sieve.failed(&name, &error);
    }
    Ok(())
}
