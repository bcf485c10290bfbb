//! The handle of one secret: what a service holds for as long as it runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keybaton_types::wire::{AuthResults, Sighted};
use keybaton_types::{SecretId, show_duration};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::builder::named;
use crate::client::Inner;
use crate::held::Held;
use crate::stock::{AT_ONCE, REPEATED, Stock};
use crate::{Answer, Error, Lent, Notices, Said};

/// How long a value at hand waits for a newer one.
const HEDGE: Duration = Duration::from_millis(50);

/// How long a refused call waits for a newer version, when there is no other.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// How long a reader with nothing at hand waits, when keybaton did not answer before.
const IN_TROUBLE: Duration = Duration::from_secs(1);

/// The handle of one secret. Clones share everything; they are cheap.
#[derive(Clone)]
pub struct Handle {
    stock: Arc<Stock>,
    inner: Arc<Inner>,
}

impl Handle {
    pub(crate) fn new(stock: Arc<Stock>, inner: Arc<Inner>) -> Self {
        Self { stock, inner }
    }

    /// The secret.
    pub fn id(&self) -> &SecretId {
        &self.stock.id
    }

    /// Lends what is at hand, without waiting, allocating or locking. After a refusal of the current version it lends the
    /// last good one, and tries the other ever more rarely.
    #[inline]
    pub fn get(&self) -> Result<Lent, Error> {
        self.stock.lend(self.inner.house.clock.now(), AT_ONCE)
    }

    /// The same, and waits where waiting helps: for the first value, for a newer one than what has outlived its term, and
    /// for 50 ms at most when something usable is at hand.
    pub async fn ready(&self) -> Result<Lent, Error> {
        self.lend_ready(AT_ONCE).await
    }

    /// Calls the far service with the current version and says how it went; a call that is refused with 401 or 403 is
    /// made once more with another version that is at hand, if there is one: the last good one, or a newer one.
    ///
    /// `call` may run twice; the first time the far service refused it and did nothing.
    pub async fn call<R, F, Fut>(&self, call: F) -> Result<R, Error>
    where
        R: Answer,
        F: FnMut(Lent) -> Fut,
        Fut: Future<Output = R>,
    {
        self.call_by(R::said, call).await
    }

    /// The same for an answer that does not tell by itself whether the credential was let in: `said` judges it.
    pub async fn call_by<R, F, Fut>(&self, said: impl Fn(&R) -> Said, mut call: F) -> Result<R, Error>
    where
        F: FnMut(Lent) -> Fut,
        Fut: Future<Output = R>,
    {
        let first = self.lend_ready(REPEATED).await?;
        let refused = first.held();
        let answer = one(first, &said, &mut call).await;
        if !said(&answer).is_refusal() {
            return Ok(answer);
        }
        match self.other(refused).await {
            Some(other) => Ok(one(other, &said, &mut call).await),
            None => Ok(answer),
        }
    }

    /// What is known of the secret beside the value.
    pub fn notices(&self) -> Arc<Notices> {
        self.stock.notices.borrow().clone()
    }

    /// Hears of every change: a new version, a rollback, a condemnation, trouble and its end. A slow reader sees the
    /// newest one and misses those between.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Notices>> {
        self.stock.notices.subscribe()
    }

    /// Passes on what another instance says of a version, under its own name: for agents, whose readers answer for
    /// themselves.
    pub async fn pass_on(&self, instance: &str, seen: Sighted) -> Result<(), Error> {
        let instance = named(instance)?;
        let told = self.inner.house.upstream.sight(&self.stock.id, Some(&instance), seen).await;
        told.map_err(|trouble| Error::NotTaken(trouble.words()))
    }

    /// Passes on how the calls of another instance ended.
    pub async fn pass_on_results(&self, instance: &str, results: AuthResults) -> Result<(), Error> {
        let instance = named(instance)?;
        let told = self.inner.house.upstream.count(&self.stock.id, Some(&instance), results).await;
        told.map_err(|trouble| Error::NotTaken(trouble.words()))
    }

    async fn lend_ready(&self, refusals: u32) -> Result<Lent, Error> {
        let house = &self.inner.house;
        let mut rounds = self.stock.rounds.subscribe();
        let lent = self.stock.lend(house.clock.now(), refusals);
        let patience = match &lent {
            // what is at hand is asked for already when it is not fresh; in trouble, waiting does not help
            Ok(_) if self.stock.is_fresh(house.clock.now()) || self.in_trouble() => return lent,
            Ok(_) => HEDGE,
            Err(Error::NotYet(_) | Error::Unreachable { .. } | Error::Expired { .. }) if self.in_trouble() => {
                IN_TROUBLE
            }
            Err(Error::NotYet(_) | Error::Unreachable { .. } | Error::Expired { .. }) => house.timeout,
            Err(_) => return lent,
        };
        drop(lent);
        self.stock.want();
        self.await_round(&mut rounds, patience).await;
        match self.stock.lend(house.clock.now(), refusals) {
            Err(Error::NotYet(secret)) => {
                Err(Error::Unreachable { secret, cause: format!("no answer within {}", show_duration(patience)) })
            }
            lent => lent,
        }
    }

    fn in_trouble(&self) -> bool {
        self.stock.notices.borrow().trouble.is_some()
    }

    /// Waits for the end of a plain read.
    async fn await_round(&self, rounds: &mut watch::Receiver<u64>, patience: Duration) {
        // the end of the wait is no error: what is at hand then decides
        let _ = timeout_at(Instant::now() + patience, rounds.changed()).await;
    }

    /// Another version than the one that was refused: one at hand, or the newest one, for which it asks.
    async fn other(&self, refused: Arc<Held>) -> Option<Lent> {
        let clock = &self.inner.house.clock;
        if let Some(lent) = self.stock.other(&refused, clock.now()) {
            return Some(lent);
        }
        let mut rounds = self.stock.rounds.subscribe();
        self.stock.want();
        self.await_round(&mut rounds, AFTER_REFUSAL).await;
        self.stock.other(&refused, clock.now())
    }
}

/// One call with one version, which stays in flight until the end of the call is noted.
async fn one<R, F, Fut>(lent: Lent, said: &impl Fn(&R) -> Said, call: &mut F) -> R
where
    F: FnMut(Lent) -> Fut,
    Fut: Future<Output = R>,
{
    let held = lent.held();
    let answer = call(lent).await;
    held.tally.note(said(&answer));
    answer
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.stock.id)
    }
}
