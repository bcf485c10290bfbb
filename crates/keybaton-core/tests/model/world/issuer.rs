//! The issuer: which values it accepts, and where.

use super::{Setting, World};
use keybaton_core::sheet::Addressing;

/// What every label of this installation's credentials begins with, before the operation's number.
pub(crate) const STEM: &str = "kb1-a1b2c3-payments-prod-";

/// From this operation on labels are newer than everything that a restored ledger has lost.
pub(crate) const LOST_UNTIL: u64 = 1_000;

/// Values that we choose are this much larger than their credential's number.
pub(crate) const CHOSEN: u8 = 100;

/// What a consumer sends. Two credentials never have the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Value(pub(crate) u8);

/// One credential at the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// The issuer's id: the value's own number, or a slot.
    pub(crate) id: u8,
    /// What it accepts.
    pub(crate) value: Value,
    /// Who made it.
    pub(crate) owner: Owner,
    /// Whether it is switched on.
    pub(crate) on: bool,
    /// Whether every place knows it already.
    pub(crate) ripe: bool,
}

/// Who made a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Owner {
    /// This installation, under its label.
    Us,
    /// This installation, in a time that the restored ledger has lost.
    Lost,
    /// Somebody before us: adopted.
    Before,
    /// Another installation, under its own label, for another secret.
    Other,
}

/// How an outsider has spoilt a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Spoilt {
    /// Consumers are refused with it, the probe is not.
    AtConsumers,
    /// Everybody is refused with it.
    Everywhere,
}

/// The far service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Issuer {
    /// What it has, by id.
    pub(crate) keys: Vec<Key>,
    /// The next value that it draws.
    pub(crate) next: u8,
    /// The value that an outsider has spoilt.
    pub(crate) spoilt: Option<(Value, Spoilt)>,
    /// Values with an open session, where sessions outlive a credential.
    pub(crate) sessions: Vec<Value>,
}

impl Issuer {
    /// The issuer as it is found: A, and in some settings a credential of another installation.
    pub(crate) fn new(setting: &Setting) -> Self {
        let key = |id, owner| Key { id, value: Value(id), owner, on: true, ripe: true };
        let mut keys = Vec::new();
        if setting.adopted {
            keys.push(key(1, Owner::Before));
        }
        if setting.neighbour {
            keys.push(key(9, Owner::Other));
        }
        Self { keys, next: 2, spoilt: None, sessions: Vec::new() }
    }

    /// The key with this id.
    pub(crate) fn key(&mut self, id: u8) -> Option<&mut Key> {
        self.keys.iter_mut().find(|key| key.id == id)
    }

    /// The key with this value.
    pub(crate) fn holds(&self, value: Value) -> Option<&Key> {
        self.keys.iter().find(|key| key.value == value)
    }

    /// Whether the probe is accepted with it, asked where it became known last.
    pub(crate) fn accepts(&self, value: Value) -> bool {
        let spoilt = self.spoilt == Some((value, Spoilt::Everywhere));
        !spoilt && self.holds(value).is_some_and(|key| key.on && key.ripe)
    }

    /// Whether a consumer is accepted with it.
    pub(crate) fn serves(&self, value: Value) -> bool {
        self.accepts(value) && self.spoilt != Some((value, Spoilt::AtConsumers))
    }

    /// Whether an outsider has spoilt it.
    pub(crate) fn is_spoilt(&self, value: Value) -> bool {
        self.spoilt.is_some_and(|(spoilt, _)| spoilt == value)
    }
}

impl World {
    /// Makes a credential, at once or late.
    pub(crate) fn create(&mut self, setting: &Setting, chosen: Option<Value>, slot: Option<u8>) -> u8 {
        if let Some(key) = chosen.and_then(|value| self.issuer.holds(value)) {
            return key.id;
        }
        let value = chosen.unwrap_or_else(|| {
            let drawn = Value(self.issuer.next);
            self.issuer.next += 1;
            drawn
        });
        let id = slot.unwrap_or(value.0);
        self.issuer.keys.retain(|key| key.id != id);
        let ripe = setting.lag.is_zero();
        self.issuer.keys.push(Key { id, value, owner: Owner::Us, on: true, ripe });
        self.issuer.keys.sort_unstable();
        id
    }

    /// The slot that a new credential takes: the one that the current credential does not have.
    pub(crate) fn free_slot(&self, setting: &Setting) -> Option<u8> {
        if setting.sheet.addressing == Addressing::Once {
            return None;
        }
        let old = self.ledger.rotation.as_ref().and_then(|r| r.old).and_then(|no| self.ledger.credential(no));
        let taken = old.and_then(|c| c.issued.as_ref()).map(|id| id.0.clone());
        Some(if taken.as_deref() == Some("1") { 2 } else { 1 })
    }
}
