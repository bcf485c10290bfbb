//! What the keepers of one client share: the way to keybaton, the clock, the cache, the stocks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use keybaton_types::SecretId;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::stock::Stock;
use crate::upstream::Upstream;
use crate::{Clock, Detour, DetourTerms, DiskCache};

/// The ways to vaults, by secret.
type Detours = HashMap<SecretId, (Arc<dyn Detour>, DetourTerms)>;

/// What the keepers of one client share.
pub(crate) struct House {
    pub(crate) upstream: Upstream,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cache: Option<Arc<DiskCache>>,
    /// The longest request that is held back for news.
    pub(crate) hold: Duration,
    /// How many requests may be held back at once.
    pub(crate) holds: Arc<Semaphore>,
    /// The longest time between two reports of evidence.
    pub(crate) report_every: Duration,
    /// The longest time that a plain request may take.
    pub(crate) timeout: Duration,
    /// Rung when evidence should be told soon.
    pub(crate) bell: Arc<Notify>,
    /// Ends the keepers.
    pub(crate) stop: CancellationToken,
    pub(crate) stocks: Mutex<HashMap<SecretId, Arc<Stock>>>,
    /// The ways to vaults, for those secrets that have one.
    pub(crate) detours: RwLock<Detours>,
}

impl House {
    /// The way to the vault of a secret, if there is one.
    pub(crate) fn detour(&self, id: &SecretId) -> Option<(Arc<dyn Detour>, DetourTerms)> {
        self.detours.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Every stock as of now.
    pub(crate) fn all(&self) -> Vec<Arc<Stock>> {
        self.stocks.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
