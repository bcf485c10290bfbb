//! What the registry builds, as the contract suite takes it.

use std::sync::Arc;

use keybaton_core::plan::Risk;
use keybaton_ports::{
    Called, Create, Created, Issuer, IssuerTraits, Listing, Presented, Probe, Recognising, Sessions, Switching, Verdict,
};
use keybaton_types::IssuedId;

/// A shared issuer as the suite takes it.
pub(crate) struct Shared(pub(crate) Arc<dyn Issuer>);

#[async_trait::async_trait]
impl Issuer for Shared {
    fn traits(&self) -> IssuerTraits {
        self.0.traits()
    }
    async fn create(&self, create: Create<'_>) -> Called<Created> {
        self.0.create(create).await
    }
    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        self.0.destroy(id).await
    }
    fn listing(&self) -> Option<&dyn Listing> {
        self.0.listing()
    }
    fn switching(&self) -> Option<&dyn Switching> {
        self.0.switching()
    }
    fn sessions(&self) -> Option<&dyn Sessions> {
        self.0.sessions()
    }
    fn recognising(&self) -> Option<&dyn Recognising> {
        self.0.recognising()
    }
    fn cautions(&self) -> Vec<Risk> {
        self.0.cautions()
    }
}

/// A shared probe as the suite takes it.
pub(crate) struct Probing(pub(crate) Arc<dyn Probe>);

#[async_trait::async_trait]
impl Probe for Probing {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        self.0.probe(presented).await
    }
}
