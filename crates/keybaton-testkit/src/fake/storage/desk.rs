//! What a storage account knows: its keys, who may change them, who is let in, and how long its replicas need.

use std::collections::BTreeSet;
use std::time::Duration;

use data_encoding::BASE64;
use keybaton_types::Timestamp;

/// 2026-01-01, in microseconds since 1970.
const BEGINNING: i64 = 1_767_225_600_000_000;

/// How Azure Resource Manager behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageMode {
    /// As it should.
    Well,
    /// Answers every request with this status and code.
    Says(u16, &'static str),
    /// Answers whoever makes a key anew with this status and code, and does nothing.
    Refuses(u16, &'static str),
    /// Answers 429 with `Retry-After` in seconds.
    Throttles(u64),
    /// Takes requests and never answers.
    Hangs,
    /// Makes keys anew and never says so.
    Swallows,
    /// Answers with half a document.
    Babbles,
    /// Makes keys anew and shows those from before.
    Lags,
}

/// What the identity of keybaton may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageRights {
    /// Everything, and read what it may do.
    Owner,
    /// Read keys and make them anew, nothing more.
    Operator,
    /// Read keys, the account and what it may do; make none anew.
    Reader,
    /// Nothing.
    Nobody,
}

/// Whom the storage service lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Whoever signs with a key.
    Keys,
    /// Nobody who signs with a key: `allowSharedKeyAccess` is false.
    NoKeys,
    /// Nobody from this network.
    NoNetwork,
    /// Nobody, because the account is disabled.
    Disabled,
    /// Nobody for now.
    Busy,
    /// Nobody, because its clock is another year's.
    Askew,
}

/// What a storage account knows, and how its services behave.
pub struct StorageDesk {
    /// How Azure Resource Manager behaves; logins of keybaton itself work all the time.
    pub mode: StorageMode,
    /// What the identity of keybaton may do.
    pub rights: StorageRights,
    /// Whom the storage service lets in.
    pub door: Door,
    /// How long a change needs until every replica knows it.
    pub lag: Duration,
    /// What Azure Resource Manager was asked so far: the last part of the path, and the slot.
    pub requests: Vec<String>,
    /// The tokens that are good.
    pub(super) tokens: BTreeSet<String>,
    slots: [Vec<Held>; 2],
    clock: Duration,
    count: u64,
}

/// A key, from when it was made.
struct Held {
    value: String,
    made: Duration,
}

impl StorageDesk {
    pub(super) fn new() -> Self {
        let mut desk = Self {
            mode: StorageMode::Well,
            rights: StorageRights::Owner,
            door: Door::Keys,
            lag: Duration::ZERO,
            requests: Vec::new(),
            tokens: BTreeSet::new(),
            slots: [Vec::new(), Vec::new()],
            clock: Duration::ZERO,
            count: 0,
        };
        desk.regenerate("key1");
        desk.regenerate("key2");
        desk.clock = Duration::from_hours(1);
        desk
    }

    /// The key that is in a slot.
    pub fn key(&self, slot: &str) -> String {
        self.slots[at(slot)].last().expect("every slot has a key").value.clone()
    }

    /// Makes the key of a slot anew, as Azure Resource Manager or as a person in the portal does.
    pub fn regenerate(&mut self, slot: &str) -> String {
        self.count += 1;
        // 64 bytes, as those of Azure.
        let value = BASE64.encode(format!("canary-{:057}", self.count).as_bytes());
        self.slots[at(slot)].push(Held { value: value.clone(), made: self.clock });
        value
    }

    /// How often the key of a slot was made anew.
    pub fn times(&self, slot: &str) -> usize {
        self.slots[at(slot)].len() - 1
    }

    /// Whether the replica that is asked takes a key.
    pub fn lets_in(&self, value: &str) -> bool {
        self.slots.iter().any(|keys| {
            keys.iter().enumerate().any(|(no, held)| {
                let is_known = held.made.is_zero() || held.made + self.lag <= self.clock;
                let is_left = keys.get(no + 1).is_none_or(|next| next.made + self.lag > self.clock);
                held.value == value && is_known && is_left
            })
        })
    }

    /// Every key that the replica that is asked takes.
    pub(super) fn accepted(&self) -> Vec<String> {
        let all = self.slots.iter().flatten().map(|held| held.value.clone());
        all.filter(|value| self.lets_in(value)).collect()
    }

    /// When the key of a slot was made.
    pub(super) fn made(&self, slot: &str) -> Timestamp {
        let made = self.slots[at(slot)].last().expect("every slot has a key").made;
        Timestamp(BEGINNING + i64::try_from(made.as_micros()).expect("a short time"))
    }

    pub(super) fn pass(&mut self, span: Duration) {
        self.clock += span;
    }

    /// Gives a token to keybaton itself.
    pub(super) fn give(&mut self) -> String {
        self.count += 1;
        let token = format!("eyJ0.arm-{}.x", self.count);
        self.tokens.insert(token.clone());
        token
    }
}

fn at(slot: &str) -> usize {
    match slot {
        "key1" => 0,
        "key2" => 1,
        _ => panic!("there is no slot {slot}"),
    }
}
