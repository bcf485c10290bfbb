//! A lease that is kept: renewed while it is held, given up when it is dropped, and not trusted after two thirds of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use keybaton_ports::{Lease, Store, StoreError};
use keybaton_types::{Epoch, SecretId};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Time;

/// How long a lease lasts (R7).
pub(crate) const SPAN: Duration = Duration::from_secs(10);

/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(3);

/// A lease that is renewed in the background until it is dropped or released.
pub(crate) struct Kept {
    lease: Lease,
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
    renewed: Arc<AtomicI64>,
    _stop: DropGuard,
}

impl Kept {
    /// Takes the lease of a secret, unless another engine holds it.
    pub(crate) async fn claim(
        store: &Arc<dyn Store>,
        time: &Arc<dyn Time>,
        secret: &SecretId,
        holder: &str,
    ) -> Result<Option<Self>, StoreError> {
        let asked = time.boot();
        let Some(lease) = store.claim(secret, holder, SPAN).await? else { return Ok(None) };
        let renewed = Arc::new(AtomicI64::new(asked));
        let stop = CancellationToken::new();
        let renewal = Renewal { lease: lease.clone(), store: Arc::clone(store), time: Arc::clone(time) };
        tokio::spawn(renewal.run(stop.clone(), Arc::clone(&renewed)));
        let (store, time) = (Arc::clone(store), Arc::clone(time));
        Ok(Some(Self { lease, store, time, renewed, _stop: stop.drop_guard() }))
    }

    pub(crate) fn secret(&self) -> &SecretId {
        &self.lease.secret
    }

    pub(crate) fn epoch(&self) -> Epoch {
        self.lease.epoch
    }

    /// Whether the engine may still act: until two thirds of the lease after the newest renewal was asked for.
    pub(crate) fn holds(&self) -> bool {
        let age = self.time.boot() - self.renewed.load(Ordering::Acquire);
        u64::try_from(age).is_ok_and(|age| Duration::from_micros(age) < SPAN * 2 / 3)
    }

    /// Gives the lease up, so that another engine need not wait for its end.
    pub(crate) async fn release(self) {
        if let Err(error) = self.store.release(&self.lease).await {
            tracing::debug!(secret = %self.lease.secret, %error, "lease not released, it runs out by itself");
        }
    }
}

struct Renewal {
    lease: Lease,
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
}

impl Renewal {
    async fn run(self, stop: CancellationToken, renewed: Arc<AtomicI64>) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.time.sleep(RENEW) => {}
            }
            let asked = self.time.boot();
            match self.store.renew(&self.lease, SPAN).await {
                Ok(true) => renewed.store(asked, Ordering::Release),
                Ok(false) => {
                    renewed.store(i64::MIN / 2, Ordering::Release);
                    return;
                }
                Err(error) => tracing::warn!(secret = %self.lease.secret, %error, "lease not renewed"),
            }
        }
    }
}
