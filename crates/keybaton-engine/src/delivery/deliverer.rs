//! The service behind delivery: it reads ledgers when they change, writes down what instances tell, and says that
//! consumers are served, so that their leases run.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use keybaton_ports::{Enrolled, Store};
use keybaton_seal::Keyring;
use keybaton_types::{Revision, SecretId};
use tokio_util::sync::CancellationToken;

use super::{
    handle::{Delivery, Inner},
    shelf::Shelf,
    shown::Page,
    tell::{self, Scribe},
};
use crate::{Charge, Charges, Error, Time, safe::Safe};

/// Changes by other processes are noticed within this (R7).
const POLL: Duration = Duration::from_millis(250);

/// A secret whose rotation is active is read so often, because time alone may make something retire.
const LOOK: i64 = 1_000_000;

/// But so many in one go.
const LOOKS: usize = 200;

/// How often it is said that consumers are served.
const BEAT: Duration = Duration::from_secs(3);

/// A silence up to this is none.
const SILENCE: Duration = Duration::from_secs(10);

/// Keeps delivery up to date.
pub struct Deliverer {
    delivery: Delivery,
    charges: Charges,
    scribe: Scribe,
}

/// What is known between two looks.
#[derive(Default)]
struct Round {
    stamp: Option<u64>,
    charges: Option<Arc<BTreeMap<SecretId, Arc<Charge>>>>,
    revisions: BTreeMap<SecretId, Revision>,
    /// Secrets whose rotation is active, and when each was read last.
    active: BTreeMap<SecretId, i64>,
}

impl Deliverer {
    /// Delivery of these secrets, and the service that keeps it up to date.
    pub fn new(
        store: Arc<dyn Store>,
        keyring: Arc<Keyring>,
        time: Arc<dyn Time>,
        charges: Charges,
    ) -> (Delivery, Self) {
        let (ear, scribe) = tell::line();
        let inner = Inner { safe: Safe { store, keyring }, time, shelf: Shelf::new(), ear, told: Arc::default() };
        let delivery = Delivery { inner: Arc::new(inner) };
        (delivery.clone(), Self { delivery, charges, scribe })
    }

    /// Works until it is told to stop; what was told before is written down first.
    pub async fn run(self, stop: CancellationToken) {
        let inner = Arc::clone(&self.delivery.inner);
        let scribe = tokio::spawn(self.scribe.run(Arc::clone(&inner.safe.store), stop.clone()));
        let beat = tokio::spawn(beat(Arc::clone(&inner), stop.clone()));
        let mut round = Round::default();
        while !stop.is_cancelled() {
            if let Err(error) = round.look(&inner, &self.charges).await {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "readers get what was known before");
            }
            tokio::select! {
                () = inner.time.sleep(POLL) => {}
                () = inner.told.notified() => {}
                () = stop.cancelled() => {}
            }
        }
        let _ = (scribe.await, beat.await);
    }
}

impl Round {
    /// Reads what has changed, and what time alone may have changed.
    async fn look(&mut self, inner: &Inner, charges: &Charges) -> Result<(), Error> {
        let (charges, boot) = (charges.all(), inner.time.boot());
        let reconfigured = self.charges.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &charges));
        let store = &inner.safe.store;
        let (stamp, wall) = (store.stamp().await?, store.now().await?);
        let mut due: BTreeSet<SecretId> = BTreeSet::new();
        if reconfigured {
            inner.shelf.keep(&charges.keys().collect());
            due.extend(charges.keys().cloned());
        }
        if reconfigured || self.stamp != Some(stamp) {
            due.extend(self.changed(&store.secrets().await?));
        }
        let late = self.active.iter().filter(|(_, last)| boot.saturating_sub(**last) >= LOOK);
        due.extend(late.map(|(secret, _)| secret.clone()).take(LOOKS));
        let mut whole = true;
        for secret in due {
            let Some(charge) = charges.get(&secret) else { continue };
            if let Err(error) = self.read(inner, charge, boot).await {
                whole = false;
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(%secret, %error, source, "its readers get what was known before");
            }
        }
        self.charges = Some(charges);
        self.stamp = whole.then_some(stamp);
        inner.shelf.confirm(wall, boot);
        Ok(())
    }

    /// Secrets with another revision than the one that is shown.
    fn changed(&self, rows: &[Enrolled]) -> Vec<SecretId> {
        let news = |row: &&Enrolled| self.revisions.get(&row.secret) != Some(&row.revision);
        rows.iter().filter(news).map(|row| row.secret.clone()).collect()
    }

    async fn read(&mut self, inner: &Inner, charge: &Charge, boot: i64) -> Result<(), Error> {
        let (store, secret) = (&inner.safe.store, &charge.secret);
        let before = inner.shelf.known(secret).and_then(|slot| slot.page.borrow().shown.clone());
        let page = match store.read(secret).await? {
            Some(snapshot) => {
                self.revisions.insert(secret.clone(), snapshot.ledger.revision);
                Page::new(charge, snapshot, store.installation(), before.as_deref())
            }
            None => Page::empty(charge),
        };
        if page.active {
            self.active.insert(secret.clone(), boot);
        } else {
            self.active.remove(secret);
        }
        inner.shelf.show(secret, page);
        Ok(())
    }
}

/// Says that consumers are served. What the clock that nobody sets does not confirm was a silence.
async fn beat(inner: Arc<Inner>, stop: CancellationToken) {
    let mut last: Option<i64> = None;
    while !stop.is_cancelled() {
        let boot = inner.time.boot();
        let passed = last.map_or(0, |last| boot.saturating_sub(last));
        let passed = Duration::from_micros(u64::try_from(passed).unwrap_or(0));
        let awake = if passed <= SILENCE { passed } else { Duration::ZERO };
        match inner.safe.store.serving(awake, SILENCE).await {
            Ok(silence) => {
                last = Some(boot);
                if !silence.is_zero() {
                    let seconds = silence.as_secs();
                    tracing::info!(seconds, "nobody was served for a while: every lease is put off by it");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "leases stand still: it was not written down that consumers are served");
            }
        }
        tokio::select! {
            () = inner.time.sleep(BEAT) => {}
            () = stop.cancelled() => {}
        }
    }
}
