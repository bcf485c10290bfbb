//! Any vault, so that the fault layer can wrap it.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Called, Home, Publication, Seen, Tidying, Vault};
use keybaton_types::SecretId;

/// A vault that others hold too.
pub(crate) struct Shared(pub(crate) Arc<dyn Vault>);

#[async_trait]
impl Vault for Shared {
    fn fencing(&self) -> Fencing {
        self.0.fencing()
    }

    fn home(&self) -> Home {
        self.0.home()
    }

    fn tidying(&self) -> Option<&dyn Tidying> {
        self.0.tidying()
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        self.0.publish(publication).await
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        self.0.served(secret).await
    }
}
