//! A vault whose calls can be broken.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Archive, Called, Home, Numbering, Publication, Seen, Tidying, Vault, VaultTraits};
use keybaton_types::SecretId;

use super::plan::{Call, Faults};

/// A vault whose calls can be broken.
pub struct FaultyVault<V> {
    inner: V,
    faults: Arc<Faults>,
}

impl<V: Vault> FaultyVault<V> {
    /// Wraps a vault.
    pub fn new(inner: V, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

#[async_trait]
impl<V: Vault> Vault for FaultyVault<V> {
    fn fencing(&self) -> Fencing {
        self.inner.fencing()
    }

    fn traits(&self) -> VaultTraits {
        self.inner.traits()
    }

    fn home(&self) -> Home {
        self.inner.home()
    }

    fn numbering(&self) -> Option<&dyn Numbering> {
        self.inner.numbering()
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        self.inner.tidying()
    }

    fn archive(&self) -> Option<&dyn Archive> {
        self.inner.archive()
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        self.faults.through(Call::Publish, || self.inner.publish(publication)).await
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        self.faults.through(Call::Served, || self.inner.served(secret)).await
    }
}
