//! A consumer of the demo: calls the API without a pause, takes over new versions, falls back to the last key that
//! worked, and says honestly what it uses.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_engine::current_value;
use keybaton_ports::Store;
use keybaton_seal::{Keyring, SecretValue};
use keybaton_types::{CredentialNo, SecretId, VersionNo};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::stage::CONSUMER;

/// The pause between two calls.
const PAUSE: Duration = Duration::from_millis(15);

/// Calls between two looks for a new version.
const LOOK: u64 = 8;

/// Where a consumer gets its key, reports, and calls.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) store: Arc<dyn Store>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) secret: SecretId,
    pub(super) api: String,
}

/// What a consumer counts.
#[derive(Default)]
pub(super) struct Counts {
    /// Calls that its own users saw succeed.
    pub(super) served: AtomicU64,
    /// Calls that its own users saw fail.
    pub(super) failed: AtomicU64,
    /// Calls that were refused with a key and repeated with the last one that worked.
    pub(super) repeated: AtomicU64,
}

/// A running consumer.
pub(super) struct Worker {
    pub(super) name: String,
    pub(super) counts: Arc<Counts>,
    asleep: Arc<AtomicBool>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    pub(super) fn start(desk: Desk, name: String) -> Result<Self, reqwest::Error> {
        let (counts, asleep, stop) =
            (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)), CancellationToken::new());
        let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(5)).build()?;
        let instance = Instance {
            desk,
            client,
            name: name.clone(),
            counts: Arc::clone(&counts),
            asleep: Arc::clone(&asleep),
            current: None,
            good: None,
        };
        let task = tokio::spawn(instance.run(stop.clone()));
        Ok(Self { name, counts, asleep, stop, task })
    }

    /// Stops looking for new versions, as an instance does that nobody restarted.
    pub(super) fn sleep(&self) {
        self.asleep.store(true, Ordering::Release);
    }

    /// Looks for new versions again.
    pub(super) fn wake(&self) {
        self.asleep.store(false, Ordering::Release);
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

/// A key in the hands of an instance.
#[derive(Clone)]
struct Held {
    version: VersionNo,
    credential: CredentialNo,
    value: Arc<SecretValue>,
}

struct Instance {
    desk: Desk,
    client: reqwest::Client,
    name: String,
    counts: Arc<Counts>,
    asleep: Arc<AtomicBool>,
    current: Option<Held>,
    good: Option<Held>,
}

impl Instance {
    async fn run(mut self, stop: CancellationToken) {
        let mut calls = 0_u64;
        while !stop.is_cancelled() {
            if calls.is_multiple_of(LOOK) && !(self.asleep.load(Ordering::Acquire) && self.current.is_some()) {
                self.look().await;
            }
            if self.current.is_some() {
                self.call().await;
            }
            calls += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes over a newer version: it says what it holds before it uses it, and drops what it does not need.
    async fn look(&mut self) {
        let Ok(Some(snapshot)) = self.desk.store.read(&self.desk.secret).await else { return };
        let Some(version) = snapshot.ledger.current.and_then(|no| snapshot.ledger.version(no)) else { return };
        if self.current.as_ref().is_some_and(|held| held.version >= version.no) {
            return;
        }
        let opened = current_value(&self.desk.store, &self.desk.keyring, &self.desk.secret).await;
        let Ok(Some(value)) = opened else { return };
        self.say(version.credential, Seen::Fetched).await;
        self.current = Some(Held { version: version.no, credential: version.credential, value: Arc::new(value) });
    }

    /// One call for a user: with the current key, and if that is refused once more with the last one that worked (R5).
    async fn call(&mut self) {
        let Some(held) = self.current.clone() else { return };
        if self.try_with(&held).await {
            self.settle(held).await;
            self.counts.served.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let good = self.good.clone().filter(|good| good.credential != held.credential);
        let saved = match &good {
            Some(good) => self.try_with(good).await,
            None => false,
        };
        if saved {
            self.counts.repeated.fetch_add(1, Ordering::Relaxed);
            self.counts.served.fetch_add(1, Ordering::Relaxed);
        } else {
            self.counts.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The first success with a key: it is the last good one from now on, and the one before it is erased.
    async fn settle(&mut self, held: Held) {
        let before = self.good.replace(held.clone());
        if before.as_ref().is_some_and(|good| good.version == held.version) {
            return;
        }
        self.say(held.credential, Seen::Used).await;
        let others = self.held_before(&held).await;
        for other in others {
            self.say(other, Seen::Dropped).await;
        }
    }

    /// Every other credential that this instance was ever seen with.
    async fn held_before(&self, held: &Held) -> Vec<CredentialNo> {
        let Ok(Some(snapshot)) = self.desk.store.read(&self.desk.secret).await else { return Vec::new() };
        let mine = snapshot.sightings.iter().filter(|s| s.instance == self.name && s.seen == Seen::Fetched);
        let mut others: Vec<CredentialNo> =
            mine.filter_map(|s| s.credential).filter(|no| *no != held.credential).collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    #[expect(clippy::disallowed_methods, reason = "a consumer authenticates with the value")]
    async fn try_with(&self, held: &Held) -> bool {
        let value = String::from_utf8_lossy(held.value.expose()).into_owned();
        let answer = self.client.get(format!("{}/v1/work", self.desk.api)).bearer_auth(value).send().await;
        let ok = answer.is_ok_and(|answer| answer.status().is_success());
        self.report(held.credential, ok).await;
        ok
    }

    async fn report(&self, credential: CredentialNo, ok: bool) {
        let refused_at = if ok { None } else { self.desk.store.now().await.ok() };
        let report = Report {
            consumer: CONSUMER.to_owned(),
            instance: self.name.clone(),
            credential,
            ok: u64::from(ok),
            refused: u64::from(!ok),
            refused_at,
            ..Report::default()
        };
        if let Err(error) = self.desk.store.report(&self.desk.secret, &report).await {
            tracing::warn!(%error, "a report was lost");
        }
    }

    async fn say(&self, credential: CredentialNo, seen: Seen) {
        let Ok(last) = self.desk.store.now().await else { return };
        let (consumer, instance) = (CONSUMER.to_owned(), self.name.clone());
        let sighting = Sighting { consumer, instance, credential: Some(credential), seen, last, lease_until: None };
        if let Err(error) = self.desk.store.sight(&self.desk.secret, &sighting).await {
            tracing::warn!(%error, "a sighting was lost");
        }
    }
}
