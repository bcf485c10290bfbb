//! A state database with one secret, its channels, and the couriers on it; the clock is the test's.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use keybaton_core::{
    ledger::{Alert, AlertKind, Change, Commit},
    rotation::Transition,
};
use keybaton_engine::{
    RealTime, Time,
    alerts::{Board, Channels, Courier, Route, Wired},
};
use keybaton_ports::{Blame, Called, Certainty, Channel, Fault, Message, Outbox, Record, Standing, Store};
use keybaton_seal::MasterKey;
use keybaton_store::{ManualClock, Options, Sqlite};
use keybaton_types::{SecretId, Timestamp};
use tempfile::TempDir;

/// How long a look of a courier may take in a test.
const LIMIT: Duration = Duration::from_millis(400);

/// How a receiver answers.
#[derive(Clone, Copy)]
pub(crate) enum Answers {
    Takes,
    Fails,
    Refuses,
    Hangs,
    /// It takes the message, and its answer is lost.
    Forgets,
}

/// A receiver.
pub(crate) struct Ear {
    answers: Mutex<Answers>,
    heard: Mutex<Vec<Message>>,
}

impl Ear {
    pub(crate) fn new(answers: Answers) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers), heard: Mutex::default() })
    }

    pub(crate) fn answer(&self, answers: Answers) {
        *self.answers.lock().unwrap() = answers;
    }

    /// What it heard since the last look.
    pub(crate) fn heard(&self) -> Vec<Message> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// The same in short: standing and kind.
    pub(crate) fn brief(&self) -> Vec<(Standing, String)> {
        self.heard().into_iter().map(|message| (message.standing, message.kind)).collect()
    }
}

#[async_trait]
impl Channel for Ear {
    async fn send(&self, message: &Message) -> Called<()> {
        let answers = *self.answers.lock().unwrap();
        match answers {
            Answers::Takes | Answers::Forgets => self.heard.lock().unwrap().push(message.clone()),
            Answers::Fails | Answers::Refuses => {}
            Answers::Hangs => std::future::pending().await,
        }
        match answers {
            Answers::Takes | Answers::Hangs => Ok(()),
            Answers::Fails => Err(Fault::new(Blame::Transient, Certainty::NotSent, "no connection")),
            Answers::Refuses => Err(Fault::new(Blame::Rejected, Certainty::Refused, "it is refused")),
            Answers::Forgets => Err(Fault::unknown("the answer was lost")),
        }
    }
}

/// A time in which nobody waits: whoever sleeps moves the clock.
pub(crate) struct Swift(pub(crate) ManualClock);

#[async_trait]
impl Time for Swift {
    fn boot(&self) -> i64 {
        0
    }

    fn boot_id(&self) -> u64 {
        0
    }

    async fn sleep(&self, span: Duration) {
        self.0.advance(span);
        tokio::task::yield_now().await;
    }
}

/// The state, and one secret in it.
pub(crate) struct Stage {
    pub(crate) store: Sqlite,
    pub(crate) clock: ManualClock,
    pub(crate) secret: SecretId,
    revision: Mutex<u64>,
    _folder: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::new(Timestamp(1_700_000_000_000_000));
        let key = MasterKey::generate().unwrap().id().unwrap();
        let path = folder.path().join("state/state.db");
        let options = Options { create: true, clock: Arc::new(clock.clone()), ..Options::new(&path, key) };
        let store = Sqlite::open(options).await.unwrap().store;
        let secret: SecretId = "payments/prod".parse().unwrap();
        store.enroll(&secret).await.unwrap();
        store.claim(&secret, "engine", Duration::from_secs(10)).await.unwrap().unwrap();
        Self { store, clock, secret, revision: Mutex::new(0), _folder: folder }
    }

    /// A courier of its own process over these channels; the secret tells those that are named.
    pub(crate) fn courier(&self, holder: &str, told: &[&str], ears: &[(&str, &Arc<Ear>)]) -> Courier {
        self.courier_in(Arc::new(RealTime::new()), holder, told, ears)
    }

    /// The same in a time of the test's.
    pub(crate) fn courier_in(
        &self,
        time: Arc<dyn Time>,
        holder: &str,
        told: &[&str],
        ears: &[(&str, &Arc<Ear>)],
    ) -> Courier {
        let wire = |(name, ear): &(&str, &Arc<Ear>)| {
            let channel: Arc<dyn Channel> = Arc::clone(ear) as _;
            ((*name).to_owned(), Wired { kind: "webhook".to_owned(), channel })
        };
        let route = Route {
            owner: Some("team-payments".to_owned()),
            channels: told.iter().map(|name| (*name).to_owned()).collect(),
        };
        let routes = BTreeMap::from([(self.secret.clone(), route)]);
        let channels = Channels::new(Board { channels: ears.iter().map(wire).collect(), routes });
        let (outbox, store): (Arc<dyn Outbox>, Arc<dyn Store>) =
            (Arc::new(self.store.clone()), Arc::new(self.store.clone()));
        Courier::new(outbox, store, time, channels, holder)
    }

    pub(crate) async fn raise(&self, what: &str) {
        let alert = Alert { kind: AlertKind::Held, what: what.to_owned(), since: self.store.now().await.unwrap() };
        self.commit(Change::Raise(alert)).await;
    }

    pub(crate) async fn resolve(&self) {
        self.commit(Change::Resolve(AlertKind::Held)).await;
    }

    async fn commit(&self, change: Change) {
        let expected = *self.revision.lock().unwrap();
        let transition = Transition { rotation: None, changes: vec![change], look: None };
        let at = self.store.now().await.unwrap();
        let epoch = keybaton_types::Epoch(1);
        let commit = Commit { expected: keybaton_types::Revision(expected), epoch, at, transition };
        let record = Record {
            actor: "engine".to_owned(),
            event: None,
            note: None,
            heard: None,
            by: None,
            confirmed: Vec::new(),
        };
        self.store.commit(&self.secret, &commit, &record, None).await.unwrap();
        *self.revision.lock().unwrap() += 1;
    }
}

/// One look of a courier.
pub(crate) async fn look(courier: &Courier) {
    courier.flush(LIMIT).await;
}
