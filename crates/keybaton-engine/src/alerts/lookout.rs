//! The lookout: raises what is the matter although nothing happens, and says when it is over.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use keybaton_ports::{Outbox, Store, StoreError, Subject};
use keybaton_types::SecretId;
use tokio_util::sync::CancellationToken;

use super::standing;
use crate::{Charges, Time};

/// How often it looks.
const LOOK: Duration = Duration::from_mins(1);

/// More alerts than this are not open at the same time.
const NOTICES: u32 = 100_000;

/// Open alerts that a lookout raised, with their words.
type Known = BTreeMap<(SecretId, &'static str), String>;

/// Raises what is the matter although nothing happens. Of several processes each may have one: what they see is the same.
pub struct Lookout {
    outbox: Arc<dyn Outbox>,
    store: Arc<dyn Store>,
    charges: Charges,
    /// What is open, as far as it was read or raised here; nothing before the first look.
    known: Option<Known>,
}

impl Lookout {
    /// A lookout over these secrets.
    pub fn new(outbox: Arc<dyn Outbox>, store: Arc<dyn Store>, charges: Charges) -> Self {
        Self { outbox, store, charges, known: None }
    }

    /// Looks until it is told to stop.
    pub async fn run(mut self, time: Arc<dyn Time>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            self.look().await;
            tokio::select! {
                () = stop.cancelled() => {}
                () = time.sleep(LOOK) => {}
            }
        }
    }

    /// Looks once.
    pub async fn look(&mut self) {
        if let Err(error) = self.compare().await {
            tracing::warn!(%error, "what is the matter cannot be told");
            // whatever was written of it is read again
            self.known = None;
        }
    }

    async fn compare(&mut self) -> Result<(), StoreError> {
        let found = self.found().await?;
        let before = match self.known.take() {
            Some(known) => known,
            None => self.open().await?,
        };
        for ((secret, kind), what) in &found {
            if before.get(&(secret.clone(), *kind)) != Some(what) {
                self.outbox.raise(&Subject::Secret(secret.clone()), kind, what).await?;
            }
        }
        let over: BTreeSet<_> = before.into_keys().filter(|key| !found.contains_key(key)).collect();
        for (secret, kind) in over {
            self.outbox.close(&Subject::Secret(secret), kind).await?;
        }
        self.known = Some(found);
        Ok(())
    }

    async fn found(&self) -> Result<Known, StoreError> {
        let mut found = Known::new();
        for charge in self.charges.all().values() {
            let Some(snapshot) = self.store.read(&charge.secret).await? else { continue };
            let matters = standing::matters(charge, &snapshot);
            found.extend(matters.into_iter().map(|(kind, what)| ((charge.secret.clone(), kind), what)));
        }
        Ok(found)
    }

    /// What is open of these kinds, by whomever it was raised.
    async fn open(&self) -> Result<Known, StoreError> {
        let notices = self.outbox.notices(NOTICES).await?.into_iter().filter(|notice| notice.closed.is_none());
        let ours = notices.filter_map(|notice| {
            let kind = standing::KINDS.into_iter().find(|kind| *kind == notice.kind)?;
            match notice.subject {
                Subject::Secret(secret) => Some(((secret, kind), notice.what)),
                Subject::Channel(_) | Subject::Keybaton => None,
            }
        });
        Ok(ours.collect())
    }
}
