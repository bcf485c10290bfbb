//! Alarms that are pushed, written down as storms. Who may tell of what, the server knows; what is news in them, core does.
//! The memory is that of the process, beside the word that the ledger has of each source.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use keybaton_core::alarm::{self, Alarm};
use keybaton_ports::{Store, StoreError};
use keybaton_types::SecretId;

/// Sources and secrets that are remembered at most; above that all is forgotten, and the ledger's words remain.
const MOST: usize = 10_000;

/// Takes alarms.
pub struct Alarms {
    store: Arc<dyn Store>,
    known: Mutex<BTreeMap<(String, SecretId), alarm::Alarms>>,
}

impl Alarms {
    /// Takes alarms about the secrets of this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// Takes the alarms of one delivery about a secret, and says how many of them were replayed. A secret without a ledger
    /// has no calls that could be refused.
    pub async fn hear(&self, source: &str, secret: &SecretId, alarms: &[Alarm]) -> Result<usize, StoreError> {
        let Some(snapshot) = self.store.read(secret).await? else { return Ok(0) };
        let source = format!("alarms of {source}");
        let written = snapshot.storms.iter().find(|storm| storm.source == source);
        let heard = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() > MOST {
                known.clear();
            }
            known.entry((source.clone(), secret.clone())).or_default().hear(&source, alarms, written, snapshot.now)
        };
        if let Some(storm) = &heard.storm {
            self.store.signal(secret, storm).await?;
        }
        if heard.replayed > 0 {
            tracing::warn!(%secret, source, replayed = heard.replayed, "alarms that were over are told again; refused");
        }
        Ok(heard.replayed)
    }
}
