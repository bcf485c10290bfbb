//! The client: a handle per secret, one keeper behind each, and an orderly end.

use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use keybaton_types::{Moment, SecretId};
use tokio::runtime::Handle as Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::house::House;
use crate::keeper::Keeper;
use crate::stock::Stock;
use crate::{Access, Builder, Detour, DetourTerms, Error, Handle, courier};

/// What a service links to read its secrets. Clones are the same client; the last one that is dropped stops its work.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// One client, whoever holds it.
pub(crate) struct Inner {
    pub(crate) house: Arc<House>,
    runtime: Runtime,
    keepers: TaskTracker,
    courier: Mutex<Option<JoinHandle<()>>>,
    courier_stop: CancellationToken,
    instance: String,
}

impl Client {
    /// Begins a client of the keybaton at `server`: `https://…`, `http://` on loopback, or `unix:/path`; a server or an
    /// agent. Nothing is opened before [`Builder::build`].
    pub fn builder(server: &str, access: Access) -> Builder {
        Builder::new(server, access)
    }

    pub(crate) fn start(house: House, instance: String) -> Result<Self, Error> {
        let runtime = Runtime::try_current().map_err(|_| Error::Runtime)?;
        let (house, courier_stop) = (Arc::new(house), CancellationToken::new());
        let courier = runtime.spawn(courier::run(Arc::clone(&house), courier_stop.clone()));
        let (keepers, courier) = (TaskTracker::new(), Mutex::new(Some(courier)));
        Ok(Self(Arc::new(Inner { house, runtime, keepers, courier, courier_stop, instance })))
    }

    /// The handle of a secret, written `NAME/ENV`. The first one of a secret begins to read it; all share one copy.
    pub fn secret(&self, name: &str) -> Result<Handle, Error> {
        self.handle(&name.parse()?)
    }

    /// The handle of a secret.
    pub fn handle(&self, id: &SecretId) -> Result<Handle, Error> {
        self.0.stock(id).map(|stock| Handle::new(stock, Arc::clone(&self.0)))
    }

    /// From now on the vaults of these secrets are read while keybaton's server cannot be reached, and no others. Only a
    /// client whose values are handed on ([`Builder::hands_on`]) may: keybaton waits for word from it, and believes in no
    /// lease that a vault could put off.
    pub fn set_detours(
        &self,
        all: impl IntoIterator<Item = (SecretId, Arc<dyn Detour>, DetourTerms)>,
    ) -> Result<(), Error> {
        if !self.0.house.upstream.hands_on() {
            return Err(Error::Leased);
        }
        let all = all.into_iter().map(|(secret, detour, terms)| (secret, (detour, terms))).collect();
        *self.0.house.detours.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }

    /// The name of this instance, as keybaton sees it.
    pub fn instance(&self) -> &str {
        &self.0.instance
    }

    /// The time by the clock of this client, for [`crate::Lent::remaining`] and [`crate::Lent::age`].
    pub fn now(&self) -> Moment {
        self.0.house.clock.now()
    }

    /// Ends the work in order: values are wiped as soon as nothing is in flight with them, and the last evidence is told.
    /// Handles lend nothing afterwards. It takes at most a few seconds when keybaton does not answer.
    pub async fn close(&self) {
        self.0.house.stop.cancel();
        self.0.keepers.close();
        self.0.keepers.wait().await;
        self.0.courier_stop.cancel();
        let courier = self.0.courier.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(courier) = courier
            && let Err(error) = courier.await
        {
            tracing::warn!(%error, "the courier ended early");
        }
    }
}

impl Inner {
    /// The stock of a secret; the first time, with a keeper of its own.
    fn stock(&self, id: &SecretId) -> Result<Arc<Stock>, Error> {
        if self.house.stop.is_cancelled() {
            return Err(Error::Closed);
        }
        let mut stocks = self.house.stocks.lock().unwrap_or_else(PoisonError::into_inner);
        match stocks.entry(id.clone()) {
            Entry::Occupied(stock) => Ok(Arc::clone(stock.get())),
            Entry::Vacant(place) => {
                let stock = Arc::new(Stock::new(id.clone(), &self.house.bell)?);
                let keeper = Keeper::new(Arc::clone(&self.house), Arc::clone(&stock))?;
                self.keepers.spawn_on(keeper.run(), &self.runtime);
                Ok(Arc::clone(place.insert(stock)))
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.house.stop.cancel();
        self.courier_stop.cancel();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client(instance {})", self.0.instance)
    }
}
