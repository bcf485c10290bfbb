//! The tag on each version of ours: which operation wrote it, under which of our numbers, and what of others had been seen.

use std::collections::HashMap;

use keybaton_ports::{Fence, Slot};
use keybaton_types::{Epoch, Installation, Label, OpSeq, SecretId, VersionNo};

use super::sight::Sight;

/// The name of the tag.
const TAG: &str = "keybaton";

/// Key Vault takes so many tags on a version.
const MOST: usize = 15;

/// What we say of a version of ours: `kb1-a1b2c3-payments-prod-7.3 version=4 since=1790000000 seen=0a1b2c3d,4e5f6071`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Note {
    /// The fence of the operation that wrote it.
    pub(super) fence: Fence,
    /// Our number.
    pub(super) number: VersionNo,
    /// What of others had been seen when it was written.
    pub(super) sight: Sight,
}

impl Note {
    /// Reads it; none on a version that is not of this secret and this installation.
    pub(super) fn read(tags: &HashMap<String, String>, of: Slot<'_>) -> Option<Self> {
        let mut words = tags.get(TAG)?.split(' ');
        let (label, epoch) = words.next()?.rsplit_once('.')?;
        let seq: OpSeq = Label::ours(label, of.installation, of.secret)?;
        let number = words.next()?.strip_prefix("version=")?.parse().ok()?;
        let since = words.next()?.strip_prefix("since=")?.parse().ok()?;
        let seen = words.next()?.strip_prefix("seen=")?.split(',').map(str::to_owned).collect();
        let fence = Fence { epoch: Epoch(epoch.parse().ok()?), seq };
        Some(Self { fence, number: VersionNo(number), sight: Sight { since, seen } })
    }

    /// Which installation wrote a version of this secret, if its tag is to be believed.
    pub(super) fn writer(tags: &HashMap<String, String>, secret: &SecretId) -> Option<Installation> {
        let installation = Installation(tags.get(TAG)?.strip_prefix("kb1-")?.split('-').next()?.to_owned());
        Self::read(tags, Slot { installation: &installation, secret }).map(|_| installation)
    }

    /// The tags of a version that is written over one with these: others' stay. None where there is no room.
    pub(super) fn beside(&self, theirs: &HashMap<String, String>, of: Slot<'_>) -> Option<HashMap<String, String>> {
        let Self { fence, number, sight: Sight { since, seen } } = self;
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        let label = Label::new(of.installation, of.secret, fence.seq);
        let mut tags = theirs.clone();
        tags.insert(
            TAG.to_owned(),
            format!("{label}.{} version={number} since={since} seen={}", fence.epoch, seen.join(",")),
        );
        (tags.len() <= MOST).then_some(tags)
    }
}

#[cfg(test)]
mod tests {
    use keybaton_types::{Installation, SecretId};

    use super::*;

    #[test]
    fn a_note_is_read_by_its_own_installation_and_secret_alone_and_leaves_tags_of_others() {
        let (here, there) = (Installation("a1b2c3".to_owned()), Installation("zzzzzz".to_owned()));
        let (a, b): (SecretId, SecretId) = ("payments/prod".parse().unwrap(), "payments/staging".parse().unwrap());
        let of = Slot { installation: &here, secret: &a };
        let fence = Fence { epoch: Epoch(3), seq: OpSeq(7) };
        let sight = Sight { since: 1_790_000_000, seen: ["0a1b2c3d".to_owned(), "4e5f6071".to_owned()].into() };
        let note = Note { fence, number: VersionNo(4), sight };
        let theirs = HashMap::from([("owner".to_owned(), "team".to_owned())]);
        let tags = note.beside(&theirs, of).unwrap();
        assert_eq!(tags[TAG], "kb1-a1b2c3-payments-prod-7.3 version=4 since=1790000000 seen=0a1b2c3d,4e5f6071");
        assert_eq!((tags["owner"].as_str(), tags.len()), ("team", 2));
        assert_eq!(Note::read(&tags, of), Some(note.clone()));
        assert_eq!((Note::writer(&tags, &a), Note::writer(&tags, &b)), (Some(here.clone()), None));
        for of in [Slot { installation: &there, secret: &a }, Slot { installation: &here, secret: &b }] {
            assert_eq!(Note::read(&tags, of), None);
        }
        for text in ["", "kb1-a1b2c3-payments-prod-7.3", "kb1-a1b2c3-payments-prod-x.3 version=4 since=0 seen="] {
            assert_eq!(Note::read(&HashMap::from([(TAG.to_owned(), text.to_owned())]), of), None);
        }
        let full = (0..MOST).map(|no| (no.to_string(), String::new())).collect();
        assert!(note.beside(&full, of).is_none(), "nothing of theirs is dropped to make room");
    }
}
