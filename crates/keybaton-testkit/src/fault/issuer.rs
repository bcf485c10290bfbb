//! An issuer whose calls can be broken.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_ports::{
    Called, Create, Created, Issuer, IssuerTraits, Listed, Listing, Recognising, Sessions, Switching,
};
use keybaton_types::IssuedId;

use super::plan::{Call, Faults};

/// An issuer whose calls can be broken; it has the abilities of the one inside.
pub struct Faulty<I> {
    inner: I,
    faults: Arc<Faults>,
}

impl<I: Issuer> Faulty<I> {
    /// Wraps an issuer.
    pub fn new(inner: I, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

#[async_trait]
impl<I: Issuer> Issuer for Faulty<I> {
    fn traits(&self) -> IssuerTraits {
        self.inner.traits()
    }

    async fn create(&self, create: Create<'_>) -> Called<Created> {
        self.faults.through(Call::Create, || self.inner.create(create)).await
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        self.faults.through(Call::Destroy, || self.inner.destroy(id)).await
    }

    fn listing(&self) -> Option<&dyn Listing> {
        self.inner.listing().map(|_| self as &dyn Listing)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        self.inner.switching().map(|_| self as &dyn Switching)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        self.inner.sessions().map(|_| self as &dyn Sessions)
    }

    fn recognising(&self) -> Option<&dyn Recognising> {
        self.inner.recognising()
    }

    fn naming(&self) -> &'static str {
        self.inner.naming()
    }
}

#[async_trait]
impl<I: Issuer> Listing for Faulty<I> {
    async fn list(&self) -> Called<Vec<Listed>> {
        let inner = self.inner.listing().expect("a list is asked of an issuer that lists");
        self.faults.through(Call::List, || inner.list()).await
    }
}

#[async_trait]
impl<I: Issuer> Switching for Faulty<I> {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        let inner = self.inner.switching().expect("a switch is asked of an issuer that switches");
        self.faults.through(Call::Disable, || inner.disable(id)).await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        let inner = self.inner.switching().expect("a switch is asked of an issuer that switches");
        self.faults.through(Call::Enable, || inner.enable(id)).await
    }
}

#[async_trait]
impl<I: Issuer> Sessions for Faulty<I> {
    async fn count(&self, id: &IssuedId) -> Called<u32> {
        let inner = self.inner.sessions().expect("sessions are asked of an issuer that shows them");
        self.faults.through(Call::CountSessions, || inner.count(id)).await
    }

    async fn end(&self, id: &IssuedId) -> Called<()> {
        let inner = self.inner.sessions().expect("sessions are asked of an issuer that shows them");
        self.faults.through(Call::EndSessions, || inner.end(id)).await
    }
}
