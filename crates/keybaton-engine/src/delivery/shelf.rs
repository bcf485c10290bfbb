//! Every secret that consumers can ask for, with what they are shown of it now.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use keybaton_types::{SecretId, Timestamp};
use tokio::sync::watch;

use super::{
    Undelivered,
    grant::{Holders, Reader},
    shown::Page,
};

/// How long the first reading of the ledgers may take before readers are sent away.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many instances may read with one token.
const CROWD: usize = 10_000;

/// An instance that was quiet for so long no longer counts.
const QUIET: i64 = 3_600_000_000;

/// What was not confirmed for so long may be out of date.
const STALE: Duration = Duration::from_secs(10);

/// Every secret that consumers can ask for.
pub(super) struct Shelf {
    slots: RwLock<HashMap<SecretId, Arc<Slot>>>,
    state: watch::Sender<Option<Confirmed>>,
    crowds: Mutex<HashMap<String, HashMap<String, i64>>>,
    undeclared: Mutex<HashSet<(SecretId, String)>>,
}

/// When all of it was known to be up to date, by both clocks.
#[derive(Clone, Copy)]
pub(super) struct Confirmed {
    pub(super) wall: Timestamp,
    pub(super) boot: i64,
}

/// One secret.
pub(super) struct Slot {
    pub(super) secret: SecretId,
    pub(super) page: watch::Sender<Arc<Page>>,
    holders: Mutex<Holders>,
}

impl Shelf {
    pub(super) fn new() -> Self {
        let (slots, crowds, undeclared) = (RwLock::default(), Mutex::default(), Mutex::default());
        Self { slots, state: watch::Sender::new(None), crowds, undeclared }
    }

    /// One secret; waits for the first reading of the ledgers.
    pub(super) async fn slot(&self, secret: &SecretId) -> Result<Arc<Slot>, Undelivered> {
        let mut state = self.state.subscribe();
        let read = tokio::time::timeout(PATIENCE, state.wait_for(Option::is_some)).await;
        read.ok().and_then(Result::ok).ok_or(Undelivered::Closed)?;
        self.known(secret).ok_or_else(|| Undelivered::Unknown(secret.clone()))
    }

    pub(super) fn known(&self, secret: &SecretId) -> Option<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(secret).cloned()
    }

    /// Whether any of them is from an older copy of the state, and nobody has looked at it since.
    pub(super) fn is_restored(&self) -> bool {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.values().any(|slot| slot.page.borrow().restored)
    }

    /// Shows a page in place of the one before; whoever waits is woken if it says something new.
    pub(super) fn show(&self, secret: &SecretId, page: Page) {
        let page = Arc::new(page);
        if let Some(slot) = self.known(secret) {
            slot.page.send_if_modified(|known| {
                let tag = |page: &Page| page.shown.as_ref().map(|shown| shown.tag.clone());
                let news = tag(known) != tag(&page);
                *known = page;
                news
            });
            return;
        }
        let slot = Slot { secret: secret.clone(), page: watch::Sender::new(page), holders: Mutex::default() };
        self.slots.write().unwrap_or_else(PoisonError::into_inner).insert(secret.clone(), Arc::new(slot));
    }

    /// Takes away what the configuration no longer names.
    pub(super) fn keep(&self, secrets: &BTreeSet<&SecretId>) {
        self.slots.write().unwrap_or_else(PoisonError::into_inner).retain(|secret, _| secrets.contains(secret));
    }

    /// All of it is up to date.
    pub(super) fn confirm(&self, wall: Timestamp, boot: i64) {
        self.state.send_replace(Some(Confirmed { wall, boot }));
    }

    /// The store's time as it must be now, and whether what is shown may be out of date.
    pub(super) fn clock(&self, boot: i64) -> (Timestamp, bool) {
        let Some(Confirmed { wall, boot: at }) = *self.state.borrow() else { return (Timestamp::default(), true) };
        let passed = Duration::from_micros(u64::try_from(boot.saturating_sub(at)).unwrap_or(0));
        (wall + passed, passed > STALE)
    }

    /// Counts an instance of a token.
    pub(super) fn admit(&self, reader: &Reader, boot: i64) -> Result<(), Undelivered> {
        let mut crowds = lock(&self.crowds);
        let crowd = crowds.entry(reader.token.clone()).or_default();
        if !crowd.contains_key(&reader.instance) && crowd.len() >= CROWD {
            crowd.retain(|_, last| boot.saturating_sub(*last) < QUIET);
            if crowd.len() >= CROWD {
                return Err(Undelivered::Crowded { retry: Duration::from_mins(5) });
            }
        }
        crowd.insert(reader.instance.clone(), boot);
        Ok(())
    }

    /// Says once that a consumer reads which nobody has declared.
    pub(super) fn greet(&self, slot: &Slot, page: &Page, consumer: &str) {
        if page.declared.iter().any(|declared| declared == consumer) {
            return;
        }
        if lock(&self.undeclared).insert((slot.secret.clone(), consumer.to_owned())) {
            tracing::warn!(secret = %slot.secret, consumer, "a consumer reads that the configuration does not declare");
        }
    }
}

impl Slot {
    pub(super) fn holders(&self) -> MutexGuard<'_, Holders> {
        lock(&self.holders)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
