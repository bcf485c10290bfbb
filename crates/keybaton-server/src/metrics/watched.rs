//! A probe and a vault whose calls are counted. They change nothing of what the engine sees.

use std::{sync::Arc, time::Instant};

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{
    Archive, Blame, Called, Home, Numbering, Presented, Probe, Publication, Seen, Tidying, Vault, VaultTraits, Verdict,
    Workloads,
};
use keybaton_types::SecretId;

use super::live::Live;

/// A probe whose calls are counted.
pub(super) struct WatchedProbe {
    live: Live,
    secret: SecretId,
    inner: Arc<dyn Probe>,
}

impl WatchedProbe {
    pub(super) fn new(live: Live, secret: &SecretId, inner: Arc<dyn Probe>) -> Self {
        Self { live, secret: secret.clone(), inner }
    }
}

#[async_trait]
impl Probe for WatchedProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let began = Instant::now();
        let called = self.inner.probe(presented).await;
        self.live.probed(&self.secret, presented.id, called.as_ref().ok().copied(), began.elapsed());
        called
    }
}

/// A vault whose calls are counted.
pub(super) struct WatchedVault {
    live: Live,
    name: String,
    inner: Arc<dyn Vault>,
}

impl WatchedVault {
    pub(super) fn new(live: Live, name: &str, inner: Arc<dyn Vault>) -> Self {
        Self { live, name: name.to_owned(), inner }
    }

    fn note<T>(&self, began: Instant, called: Called<T>) -> Called<T> {
        let up = match &called {
            Ok(_) => 1.0,
            Err(fault) => reached(fault.blame),
        };
        self.live.stored(&self.name, up, began.elapsed());
        called
    }
}

#[async_trait]
impl Vault for WatchedVault {
    fn fencing(&self) -> Fencing {
        self.inner.fencing()
    }

    fn home(&self) -> Home {
        self.inner.home()
    }

    fn traits(&self) -> VaultTraits {
        self.inner.traits()
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        let began = Instant::now();
        self.note(began, self.inner.publish(publication).await)
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        let began = Instant::now();
        self.note(began, self.inner.served(secret).await)
    }

    fn archive(&self) -> Option<&dyn Archive> {
        self.inner.archive()
    }

    fn numbering(&self) -> Option<&dyn Numbering> {
        self.inner.numbering()
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        self.inner.tidying()
    }

    fn workloads(&self) -> Option<&dyn Workloads> {
        self.inner.workloads()
    }
}

/// A vault that refuses something for a reason of its own works; one that does not answer, or does not know us, does not.
fn reached(blame: Blame) -> f64 {
    match blame {
        Blame::Transient | Blame::OurCredential | Blame::Corrupt | Blame::Lost => 0.0,
        Blame::Rejected | Blame::Full | Blame::NotFound | Blame::Unsupported | Blame::Bug | Blame::Person => 1.0,
    }
}
