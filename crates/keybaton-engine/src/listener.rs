//! The listener: asks signals at their own pace and writes down what they tell. What names a version is a report on its
//! credential, like a consumer's own; what names none is a storm when core's arithmetic says so, and proves nothing (R13).
//!
//! A signal that does not answer, or answers nonsense, says nothing: no report, no storm, and no end of one. It is told in
//! the log when that begins and when it ends.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use keybaton_core::{
    ledger::{Report, Storm},
    signal::Tally,
};
use keybaton_ports::{Called, Counted, Fault, Signal, Snapshot, Store, StoreError, Told};
use keybaton_types::{SecretId, Timestamp, VersionNo};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::Time;

/// One signal as the configuration has it.
pub struct Watched {
    /// Its name.
    pub name: String,
    /// How often it is asked.
    pub every: Duration,
    /// How long it may take, whatever its connector says.
    pub timeout: Duration,
    /// Which secrets it speaks of.
    pub secrets: BTreeSet<SecretId>,
    /// Who is asked.
    pub source: Arc<dyn Signal>,
}

/// The signals that are listened to; replaced as a whole when the configuration changes.
#[derive(Clone)]
pub struct Signals(Arc<watch::Sender<Vec<Arc<Watched>>>>);

/// Asks every signal until it is told to stop.
pub struct Listener {
    store: Arc<dyn Store>,
    time: Arc<dyn Time>,
    signals: watch::Receiver<Vec<Arc<Watched>>>,
}

impl Signals {
    /// Listens to these instead of the present ones.
    pub fn replace(&self, signals: impl IntoIterator<Item = Watched>) {
        self.0.send_replace(signals.into_iter().map(Arc::new).collect());
    }
}

impl Listener {
    /// A listener, and what it listens to.
    pub fn new(
        store: Arc<dyn Store>,
        time: Arc<dyn Time>,
        signals: impl IntoIterator<Item = Watched>,
    ) -> (Signals, Self) {
        let (sender, signals) = watch::channel(signals.into_iter().map(Arc::new).collect());
        (Signals(Arc::new(sender)), Self { store, time, signals })
    }

    /// Works until it is told to stop. A new configuration begins with new totals: what was counted before is not counted.
    pub async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let signals = self.signals.borrow_and_update().clone();
            let (mut asking, stop) = (JoinSet::new(), shutdown.child_token());
            for signal in signals {
                let asked = Asked::new(Arc::clone(&self.store), signal);
                asking.spawn(asked.keep(Arc::clone(&self.time), stop.clone()));
            }
            tokio::select! {
                () = shutdown.cancelled() => {}
                changed = self.signals.changed() => if changed.is_err() { shutdown.cancelled().await },
            }
            stop.cancel();
            while asking.join_next().await.is_some() {}
        }
    }
}

/// One signal, and what is remembered of it.
struct Asked {
    store: Arc<dyn Store>,
    signal: Arc<Watched>,
    known: BTreeMap<SecretId, Memory>,
    silent: bool,
}

/// What is remembered of one signal about one secret.
#[derive(Default)]
struct Memory {
    /// The totals of the last answer; none before the first.
    totals: Option<BTreeMap<Key, Tally>>,
    /// How calls of each consumer ended before, without what was a storm.
    before: BTreeMap<Option<String>, Tally>,
    /// Since when it storms.
    storm: Option<Storm>,
}

type Key = (Option<String>, Option<VersionNo>);

impl Asked {
    fn new(store: Arc<dyn Store>, signal: Arc<Watched>) -> Self {
        Self { store, signal, known: BTreeMap::new(), silent: false }
    }

    async fn keep(mut self, time: Arc<dyn Time>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            for secret in self.signal.secrets.clone() {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.look(&secret) => {}
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = time.sleep(self.signal.every) => {}
            }
        }
    }

    async fn look(&mut self, secret: &SecretId) {
        let answered = tokio::time::timeout(self.signal.timeout, self.signal.source.totals(secret)).await;
        let answered = answered.unwrap_or_else(|_| Err(Fault::unknown("there was no answer in time")));
        self.tell(&answered);
        let Ok(counted) = answered else { return };
        if let Err(error) = self.hear(secret, &counted).await {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(%secret, signal = self.signal.name, %error, source, "what a signal told was not written down");
        }
    }

    /// Says when a signal falls silent, and when it speaks again.
    fn tell(&mut self, answered: &Called<Vec<Counted>>) {
        let signal = self.signal.name.as_str();
        match answered {
            Err(fault) if !self.silent => {
                let source = std::error::Error::source(fault).map(ToString::to_string);
                tracing::error!(signal, error = %fault, source, "a signal says nothing; nothing counts because of it");
            }
            Ok(_) if self.silent => tracing::warn!(signal, "the signal speaks again"),
            Err(_) | Ok(_) => {}
        }
        self.silent = answered.is_err();
    }

    async fn hear(&mut self, secret: &SecretId, counted: &[Counted]) -> Result<(), StoreError> {
        let totals: BTreeMap<Key, Tally> =
            counted.iter().map(|counted| ((counted.consumer.clone(), counted.version), counted.total)).collect();
        let memory = self.known.entry(secret.clone()).or_default();
        // what was counted before anybody listened is no news
        let Some(last) = memory.totals.replace(totals.clone()) else { return Ok(()) };
        let grown: Vec<(Key, Tally)> = totals
            .into_iter()
            .map(|(key, total)| (key.clone(), total.since(last.get(&key).copied().unwrap_or_default())))
            .filter(|(_, tally)| *tally != Tally::default())
            .collect();
        if grown.is_empty() && memory.storm.is_none() {
            return Ok(());
        }
        let Some(snapshot) = self.store.read(secret).await? else { return Ok(()) };
        let (told, rest) = reports(secret, &self.signal.name, &snapshot, grown);
        if !told.is_empty() {
            self.store.hear(&told).await?;
        }
        if let Some(storm) = memory.weather(&self.signal.name, rest, snapshot.now) {
            self.store.signal(secret, &storm).await?;
        }
        Ok(())
    }
}

impl Memory {
    /// What to say of calls that name no version; `None` where there is nothing new.
    fn weather(&mut self, signal: &str, calls: BTreeMap<Option<String>, Tally>, now: Timestamp) -> Option<Storm> {
        let storming = |(consumer, tally): (&Option<String>, &Tally)| {
            tally.storms(self.before.get(consumer).copied().unwrap_or_default())
        };
        let worst = calls.iter().filter(|entry| storming(*entry)).max_by_key(|(_, tally)| tally.refused);
        if let Some((consumer, Tally { calls, refused })) = worst {
            let who = consumer.as_deref().unwrap_or("consumers that it does not name");
            let what = format!("{refused} of {calls} calls of {who} were refused");
            let since = self.storm.as_ref().map_or(now, |storm| storm.since);
            self.storm = Some(Storm::new(signal, &what, since, now));
            return self.storm.clone();
        }
        for (consumer, tally) in calls {
            let before = self.before.entry(consumer).or_default();
            *before = before.and(tally);
        }
        self.storm.take().map(|storm| storm.over(now))
    }
}

/// What names a version that the ledger knows, as reports; and the rest, by consumer.
fn reports(
    secret: &SecretId,
    signal: &str,
    snapshot: &Snapshot,
    grown: Vec<(Key, Tally)>,
) -> (Vec<Told>, BTreeMap<Option<String>, Tally>) {
    let (mut told, mut rest) = (Vec::new(), BTreeMap::<Option<String>, Tally>::new());
    for ((consumer, version), tally) in grown {
        let Some(version) = version.and_then(|no| snapshot.ledger.version(no)) else {
            let known = rest.entry(consumer).or_default();
            *known = Tally { calls: known.calls + tally.calls, refused: known.refused + tally.refused };
            continue;
        };
        let report = Report {
            consumer: consumer.unwrap_or_else(|| signal.to_owned()),
            instance: format!("signal {signal}"),
            credential: version.credential,
            ok: tally.calls - tally.refused,
            refused: tally.refused,
            refused_at: (tally.refused > 0).then_some(snapshot.now),
            ..Report::default()
        };
        told.push(Told::Counted(secret.clone(), report));
    }
    (told, rest)
}
