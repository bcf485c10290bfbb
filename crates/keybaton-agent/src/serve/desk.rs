//! What is at hand: an entry per secret.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwapOption;
use keybaton_client::{Client, Error, Handle};
use keybaton_types::{Moment, SecretId};

use super::evidence::Evidence;
use super::sheet::{Sheet, second};

/// The most names that are kept: whoever asks for more is told to come back, so that nobody fills the memory.
const NAMES: usize = 20_000;

/// What is at hand.
pub(super) struct Desk {
    client: Client,
    entries: RwLock<HashMap<Box<str>, Arc<Entry>>>,
    pub(super) evidence: Evidence,
}

/// One secret.
pub(super) struct Entry {
    pub(super) handle: Handle,
    sheet: ArcSwapOption<Sheet>,
}

impl Desk {
    pub(super) fn new(client: Client, evidence: Evidence) -> Self {
        Self { client, entries: RwLock::default(), evidence }
    }

    pub(super) fn now(&self) -> Moment {
        self.client.now()
    }

    /// The entry of a name, as it stands in a path: `payments/prod`.
    pub(super) fn known(&self, name: &str) -> Option<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Every secret that was asked for.
    pub(super) fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The entry of a secret; the first time, it is made.
    pub(super) fn entry(&self, id: &SecretId) -> Result<Option<Arc<Entry>>, Error> {
        let name = id.to_string();
        if let Some(entry) = self.known(&name) {
            return Ok(Some(entry));
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(name.as_str()) {
            return Ok(Some(Arc::clone(entry)));
        }
        if entries.len() >= NAMES {
            return Ok(None);
        }
        let entry = Arc::new(Entry { handle: self.client.handle(id)?, sheet: ArcSwapOption::empty() });
        tokio::spawn(Entry::watch(Arc::downgrade(&entry)));
        entries.insert(name.into(), Arc::clone(&entry));
        Ok(Some(entry))
    }
}

impl Entry {
    /// The answer of this second, if there is one.
    pub(super) fn hit(&self, now: Moment) -> Option<Arc<Sheet>> {
        let sheet = self.sheet.load();
        sheet.as_ref().filter(|sheet| sheet.second == second(now)).cloned()
    }

    /// The answer, made anew. It waits for keybaton where nothing is at hand, and 50 ms at most where something is.
    pub(super) async fn made(&self, clock: &Desk) -> Result<Arc<Sheet>, Error> {
        let lent = match self.handle.get() {
            Ok(lent) if !lent.remaining(clock.now()).ttl.is_zero() => lent,
            Ok(_) | Err(_) => self.handle.ready().await?,
        };
        let notices = self.handle.notices();
        let sheet = Sheet::write(self.handle.id(), lent, &notices, clock.now()).ok_or(Error::Closed)?;
        let sheet = Arc::new(sheet);
        self.sheet.store(Some(Arc::clone(&sheet)));
        // what changed while it was written is not overlooked
        if self.handle.notices().revision != notices.revision {
            self.sheet.store(None);
        }
        Ok(sheet)
    }

    /// Drops the sheet at every change.
    async fn watch(entry: std::sync::Weak<Self>) {
        let Some(mut notices) = entry.upgrade().map(|entry| entry.handle.subscribe()) else { return };
        while notices.changed().await.is_ok() {
            let Some(entry) = entry.upgrade() else { return };
            entry.sheet.store(None);
        }
    }
}
