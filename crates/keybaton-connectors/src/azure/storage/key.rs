//! A key of an account: the slot that it is in, and the id that we give it.

use std::fmt;

use keybaton_core::civil;
use keybaton_ports::{Blame, Called, Certainty, Fault, Listed};
use keybaton_seal::{SecretValue, storage_key_digest};
use keybaton_types::{IssuedId, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::digest_id;

/// One of the two places for a key. What Azure calls `kerb1` and `kerb2` are no keys of the account: they sign no requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StorageSlot {
    /// The first.
    Key1,
    /// The second.
    Key2,
}

/// A key of an account.
pub(super) struct Key {
    pub(super) slot: StorageSlot,
    pub(super) value: SecretValue,
    created: Option<Timestamp>,
}

/// What Azure tells of a key.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Told {
    key_name: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    creation_time: Option<String>,
}

impl StorageSlot {
    pub(super) const ALL: [Self; 2] = [Self::Key1, Self::Key2];

    /// As Azure writes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Key1 => "key1",
            Self::Key2 => "key2",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Key1 => Self::Key2,
            Self::Key2 => Self::Key1,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.word().eq_ignore_ascii_case(word))
    }

    /// The slot that an id names. An id is never the slot alone: that would name whatever is in it.
    pub(super) fn of(id: &IssuedId) -> Called<Self> {
        let slot = Some(digest_id::user_of(id)).filter(|word| *word != id.0).and_then(Self::parse);
        slot.ok_or_else(|| Fault::new(Blame::NotFound, Certainty::Refused, format!("{id} names no key of an account")))
    }
}

impl fmt::Display for StorageSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Key {
    /// The slot and the start of the value's digest: a slot has one key after another, and each has an id of its own.
    pub(super) fn id(&self) -> IssuedId {
        id_of(self.slot, &self.value)
    }

    pub(super) fn listed(&self) -> Listed {
        Listed { id: self.id(), label: None, enabled: None, created: self.created, last_used: None, creator: None }
    }
}

impl Told {
    /// The key, where it is one of the two. The value of another one is wiped too.
    pub(super) fn key(self) -> Option<Result<Key, keybaton_seal::Error>> {
        let value = SecretValue::from_text(self.value.unwrap_or_default());
        let slot = StorageSlot::parse(&self.key_name)?;
        let created = self.creation_time.as_deref().and_then(civil::parse);
        Some(value.map(|value| Key { slot, value, created }))
    }
}

fn id_of(slot: StorageSlot, value: &SecretValue) -> IssuedId {
    digest_id::id(slot.word(), &storage_key_digest(value))
}

/// Whether a value is the one that is in a slot.
pub(super) fn is_same(key: &Key, value: &SecretValue) -> bool {
    storage_key_digest(&key.value) == storage_key_digest(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_key_and_never_a_slot_alone() {
        let value = SecretValue::from_text("password".to_owned()).unwrap();
        let id = id_of(StorageSlot::Key2, &value);
        assert_eq!(id.0, "key2:5e884898da280471");
        assert_eq!(StorageSlot::of(&id).unwrap(), StorageSlot::Key2);
        for text in ["key2", "kerb1:5e884898da280471", "key3:5e884898da280471", "key1:5e88", ""] {
            let fault = StorageSlot::of(&IssuedId::from(text)).unwrap_err();
            assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{text}");
        }
    }
}
