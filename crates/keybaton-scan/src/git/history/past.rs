//! What earlier scans of a history have seen: which objects were read, and where those that could hold a credential are.
//!
//! There is no value in it and no fingerprint of one: names of objects and commits, and paths. Where it is kept is the
//! business of `shelf.rs`.

use std::collections::BTreeSet;

use gix_hash::oid;
use serde::{Deserialize, Serialize};

use crate::git::ObjectName;

/// How much of an object's name is kept: nobody makes two objects that begin with the same 128 bits by chance.
const KEPT: usize = 16;

/// The start of an object's name.
pub(super) type Id = [u8; KEPT];

/// The most objects that are remembered; with more of them a scan begins anew each time.
pub(super) const MOST: usize = 16 << 20;

/// What earlier scans have seen.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Past {
    /// The objects that were read, in order.
    pub(super) ids: Vec<Id>,
    /// What was found out about them.
    pub(super) facts: Facts,
}

/// What was found out about the objects that were read.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Facts {
    /// The commits from which everything was reached.
    pub(super) tips: BTreeSet<ObjectName>,
    /// The oldest commits of a shallow clone.
    pub(super) border: BTreeSet<ObjectName>,
    /// What could hold a credential, the oldest first.
    pub(super) origins: Vec<Origin>,
    /// What could hold one and is in no commit.
    pub(super) lost: BTreeSet<ObjectName>,
    /// How many blobs were read up to their bound only.
    pub(super) cut: u64,
}

/// Where a blob came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Origin {
    pub(super) object: ObjectName,
    /// The first commit that has it.
    pub(super) commit: ObjectName,
    /// When that was committed, in seconds since 1970.
    pub(super) committed: i64,
    /// Its path there.
    #[serde(with = "bytes")]
    pub(super) path: Vec<u8>,
}

impl Past {
    /// Whether nothing was read yet.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether an object was read.
    pub(super) fn has(&self, object: &oid) -> bool {
        self.ids.binary_search(&id(object)).is_ok()
    }

    /// Those of some objects, which come in order, that were not read.
    pub(super) fn fresh<'o>(&self, objects: impl Iterator<Item = &'o oid>) -> Vec<gix_hash::ObjectId> {
        let mut ids = self.ids.iter().peekable();
        let is_fresh = |object: &&oid| {
            let id = id(object);
            while ids.next_if(|other| **other < id).is_some() {}
            ids.peek().is_none_or(|other| **other != id)
        };
        objects.filter(is_fresh).map(ToOwned::to_owned).collect()
    }

    /// Remembers that these objects were read.
    pub(super) fn add(&mut self, objects: impl Iterator<Item = Id>) {
        self.ids.extend(objects);
        self.ids.sort_unstable();
        self.ids.dedup();
    }

    /// When the newest of the commits was made that are known to have brought something in.
    pub(super) fn newest(&self) -> Option<i64> {
        self.facts.origins.iter().map(|origin| origin.committed).max()
    }

    /// What could hold a credential, wherever it is.
    pub(super) fn hits(&self) -> impl Iterator<Item = &ObjectName> {
        self.facts.origins.iter().map(|origin| &origin.object).chain(&self.facts.lost)
    }
}

/// The start of an object's name.
pub(super) fn id(object: &oid) -> Id {
    let mut id = [0; KEPT];
    id.copy_from_slice(&object.as_bytes()[..KEPT]);
    id
}

/// The start of a name.
pub(super) fn of(name: &ObjectName) -> Option<Id> {
    gix_hash::ObjectId::from_hex(name.as_str().as_bytes()).ok().map(|object| id(&object))
}

/// A path is bytes, and JSON has texts: each byte is the character of its number.
mod bytes {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.chars().map(|c| u8::try_from(c).map_err(|_| D::Error::custom("a path"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(no: u8) -> gix_hash::ObjectId {
        gix_hash::ObjectId::from_bytes_or_panic(&[no; 20])
    }

    #[test]
    fn what_was_read_is_not_fresh() {
        let mut past = Past::default();
        past.add([3, 1, 3].iter().map(|no| id(&object(*no))));
        assert_eq!(past.ids.len(), 2);
        assert!(past.has(&object(1)) && !past.has(&object(2)));
        let all: Vec<_> = (0..5).map(object).collect();
        let fresh = past.fresh(all.iter().map(AsRef::as_ref));
        assert_eq!(fresh, [object(0), object(2), object(4)]);
        assert_eq!(Past::default().fresh(all.iter().map(AsRef::as_ref)), all);
    }
}
