//! All keys and the rules by which they are made, changed and accepted. No HTTP here.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::effect::{Effect, Next, Outcome, Page};
use crate::key::{Counts, Key, Route, Scope, Tally, Verdict};
use crate::options::InitialKey;
use crate::value::KeyValue;

/// Counts over all keys and over what was no key at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Requests with values that are or were keys.
    pub known: Counts,
    /// Requests with no value or one that was never a key; always refused.
    pub unknown: Counts,
}

impl Totals {
    /// Returns the requests to `/v1/work`, with known and unknown values.
    pub fn work(&self) -> Tally {
        let mut all = self.known.work;
        all.add(self.unknown.work);
        all
    }
}

/// The keys, in the order in which they were made; destroyed ones stay for their counts.
pub(crate) struct Keyring {
    entries: Vec<Entry>,
    unknown: Counts,
    next_seq: u64,
    pub(crate) rules: Rules,
}

/// What can be changed while the sandbox runs.
pub(crate) struct Rules {
    pub(crate) propagation: Duration,
    pub(crate) revoke_lag: Duration,
    pub(crate) max_credentials: Option<usize>,
    pub(crate) page_size: usize,
    pub(crate) scope_of_new: Scope,
}

struct Entry {
    key: Key,
    value: KeyValue,
    seq: u64,
    /// `None` for a key that was there before the sandbox: it propagated long ago.
    made: Option<Instant>,
    /// Since when it should be refused.
    ended: Option<Instant>,
}

impl Keyring {
    pub(crate) fn new(rules: Rules, initial: Vec<InitialKey>) -> Self {
        let mut ring = Self { entries: Vec::new(), unknown: Counts::default(), next_seq: 1, rules };
        for key in initial {
            ring.insert(key.id, key.label, KeyValue::existing(key.value), key.created, None);
        }
        ring
    }

    /// Carries out one admin call; `mint` names the n-th key.
    pub(crate) fn apply(&mut self, effect: &Effect, mint: impl Fn(u64) -> String) -> Outcome {
        match effect {
            Effect::Create { label } => self.create(label, mint),
            Effect::List { after } => Outcome::Listed(self.page(*after)),
            Effect::Disable { id } => self.change(id, Entry::disable),
            Effect::Enable { id } => self.change(id, Entry::enable),
            Effect::Destroy { id } => match self.change(id, Entry::destroy) {
                Outcome::Changed(key) => Outcome::Destroyed(key),
                other => other,
            },
        }
    }

    /// Decides one consumer's request and counts it.
    pub(crate) fn judge(&mut self, value: Option<&str>, route: Route) -> Verdict {
        let (propagation, revoke_lag) = (self.rules.propagation, self.rules.revoke_lag);
        let known = value.and_then(|value| self.entries.iter_mut().find(|entry| entry.value.reveal() == value));
        let Some(entry) = known else {
            self.unknown.of(route).count(Verdict::Unauthorized);
            return Verdict::Unauthorized;
        };
        let verdict = entry.verdict(route, propagation, revoke_lag);
        entry.key.counts.of(route).count(verdict);
        if verdict == Verdict::Accepted {
            entry.key.last_used = Some(Timestamp::now());
        }
        verdict
    }

    pub(crate) fn keys(&self) -> Vec<Key> {
        self.entries.iter().map(|entry| entry.key.clone()).collect()
    }

    pub(crate) fn key(&self, id: &str) -> Option<&Key> {
        self.entries.iter().rev().find(|entry| entry.key.id == id).map(|entry| &entry.key)
    }

    pub(crate) fn value(&self, id: &str) -> Option<String> {
        self.entries.iter().rev().find(|entry| entry.key.id == id).map(|entry| entry.value.reveal().to_owned())
    }

    pub(crate) fn set_scope(&mut self, id: &str, scope: Scope) -> bool {
        let found = self.entries.iter_mut().rev().find(|entry| entry.key.id == id);
        found.map(|entry| entry.key.scope = scope).is_some()
    }

    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals { known: Counts::default(), unknown: self.unknown };
        for entry in &self.entries {
            totals.known.add(entry.key.counts);
        }
        totals
    }

    fn create(&mut self, label: &str, mint: impl Fn(u64) -> String) -> Outcome {
        if let Some(max) = self.rules.max_credentials
            && self.living().count() >= max
        {
            return Outcome::Full { max };
        }
        let Ok(value) = KeyValue::random() else { return Outcome::NoRandomness };
        let id = loop {
            let id = mint(self.next_seq);
            if self.key(&id).is_none() {
                break id;
            }
            self.next_seq += 1;
        };
        let key = self.insert(id, label.to_owned(), value.clone(), Timestamp::now(), Some(Instant::now()));
        Outcome::Made { key, value }
    }

    fn insert(&mut self, id: String, label: String, value: KeyValue, created: Timestamp, made: Option<Instant>) -> Key {
        let scope = if made.is_some() { self.rules.scope_of_new } else { Scope::Granted };
        let counts = Counts::default();
        let key = Key { id, label, created, last_used: None, enabled: true, destroyed: false, scope, counts };
        self.entries.push(Entry { key: key.clone(), value, seq: self.next_seq, made, ended: None });
        self.next_seq += 1;
        key
    }

    fn living(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.key.destroyed)
    }

    fn page(&self, after: u64) -> Page {
        let size = self.rules.page_size.max(1);
        let mut rest = self.living().filter(|entry| entry.seq > after).peekable();
        let (mut keys, mut last) = (Vec::new(), after);
        for entry in rest.by_ref().take(size) {
            keys.push(entry.key.clone());
            last = entry.seq;
        }
        let next = if rest.peek().is_some() { Next::After(last) } else { Next::End };
        Page { keys, next }
    }

    fn change(&mut self, id: &str, change: impl Fn(&mut Entry)) -> Outcome {
        match self.entries.iter_mut().rev().find(|entry| entry.key.id == id) {
            None => Outcome::NotFound,
            Some(entry) if entry.key.destroyed => Outcome::Gone,
            Some(entry) => {
                change(entry);
                Outcome::Changed(entry.key.clone())
            }
        }
    }
}

impl Entry {
    fn disable(&mut self) {
        self.key.enabled = false;
        self.ended.get_or_insert_with(Instant::now);
    }

    fn enable(&mut self) {
        self.key.enabled = true;
        self.ended = None;
    }

    fn destroy(&mut self) {
        self.disable();
        self.key.destroyed = true;
    }

    fn verdict(&self, route: Route, propagation: Duration, revoke_lag: Duration) -> Verdict {
        let begun = self.made.is_none_or(|made| made.elapsed() >= propagation);
        let ended = self.ended.is_some_and(|ended| ended.elapsed() >= revoke_lag);
        match (route, self.key.scope) {
            _ if !begun || ended => Verdict::Unauthorized,
            (Route::Work, Scope::Unauthorized) => Verdict::Unauthorized,
            (Route::Work, Scope::Forbidden) => Verdict::Forbidden,
            (Route::Health, _) | (Route::Work, Scope::Granted) => Verdict::Accepted,
        }
    }
}
