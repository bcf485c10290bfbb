//! A request in flight.

use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;

use keybaton_types::{Moment, SecretId};
use tokio::sync::OwnedSemaphorePermit;

use crate::house::House;
use crate::upstream::{Ask, Reply, Trouble};

type Answering = Pin<Box<dyn Future<Output = Result<Reply, Trouble>> + Send>>;

/// A request in flight.
pub(super) struct Call {
    /// A request that is held back for news is one of few that may be.
    held: Option<OwnedSemaphorePermit>,
    /// When it was sent: terms count from here.
    pub(super) sent: Moment,
    answering: Answering,
}

impl Call {
    pub(super) fn plain(house: &Arc<House>, id: &SecretId) -> Self {
        Self::begin(house, id, None, Ask::Now)
    }

    pub(super) fn held(house: &Arc<House>, id: &SecretId, permit: OwnedSemaphorePermit, ask: Ask) -> Self {
        Self::begin(house, id, Some(permit), ask)
    }

    fn begin(house: &Arc<House>, id: &SecretId, held: Option<OwnedSemaphorePermit>, ask: Ask) -> Self {
        let (sent, house, id) = (house.clock.now(), Arc::clone(house), id.clone());
        Self { held, sent, answering: Box::pin(async move { house.upstream.read(&id, &ask).await }) }
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Waits for the answer and takes the call out of its place; for ever, when there is none.
    pub(super) async fn ended(place: &mut Option<Self>) -> (Self, Result<Reply, Trouble>) {
        let answer = match place {
            Some(call) => call.answering.as_mut().await,
            None => future::pending().await,
        };
        match place.take() {
            Some(call) => (call, answer),
            None => future::pending().await,
        }
    }
}
