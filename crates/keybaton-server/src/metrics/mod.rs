//! `/metrics`: what is known of every secret, as Prometheus reads it. No label has a value, a credential's id, a fingerprint
//! or the name of an instance.
//!
//! Gauges are read from the state when they are asked for. Counts of rotations and their phases are folded from the audit, so
//! they are the same on every replica and survive a restart. What calls of this process met is counted as it happens.

mod consumers;
mod gather;
mod journal;
mod live;
mod names;
mod page;
mod route;
mod watched;

use std::sync::Arc;

use keybaton_engine::{Charge, Charges, alerts::Channels, delivery::Place};
use keybaton_ports::{Outbox, Store};
use keybaton_types::{SecretId, wire::AuthResults};
use tokio::sync::Mutex;

pub use names::{METRICS, Metric, Shape};
pub(crate) use route::routes;

use journal::Journal;
use live::Live;

/// What is counted, and where the rest is read. Clones share it.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    sources: Sources,
    live: Live,
    journal: Mutex<Journal>,
}

/// Where metrics are read from.
pub struct Sources {
    /// The ledgers.
    pub store: Arc<dyn Store>,
    /// What channels for alerts have yet to be told, where there are any.
    pub outbox: Option<Arc<dyn Outbox>>,
    /// The channels for alerts.
    pub channels: Channels,
    /// The secrets of the configuration.
    pub charges: Charges,
}

impl Metrics {
    /// Metrics of this state.
    pub fn new(sources: Sources) -> Self {
        Self { inner: Arc::new(Inner { sources, live: Live::default(), journal: Mutex::default() }) }
    }

    /// The same charge, and what its probe and its vault meet is counted.
    #[must_use]
    pub fn watch(&self, charge: Charge) -> Charge {
        let live = || self.inner.live.clone();
        let probe = Arc::new(watched::WatchedProbe::new(live(), &charge.secret, Arc::clone(&charge.probe)));
        let vault = Arc::new(watched::WatchedVault::new(live(), &charge.vault_name, Arc::clone(&charge.vault)));
        Charge { probe, vault, ..charge }
    }

    /// Counts what an instance reported.
    pub(crate) fn reported(&self, secret: &SecretId, consumer: &str, place: Place, results: &AuthResults) {
        self.inner.live.reported(secret, consumer, place, results);
    }

    /// The page in the text format of `OpenMetrics`.
    pub(crate) async fn text(&self) -> Result<String, keybaton_ports::StoreError> {
        let Inner { sources, live, journal } = self.inner.as_ref();
        let mut journal = journal.lock().await;
        journal.read(sources).await?;
        let mut page = page::Page::new();
        gather::fill(&mut page, sources, live).await?;
        live.fill(&mut page);
        journal.fill(&mut page);
        Ok(page.text())
    }
}
