//! Drives the rotation of one secret as far as it goes by itself, under a lease that is kept between passes.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use keybaton_core::facts::Presence;
use keybaton_ports::Store;
use keybaton_seal::Keyring;
use keybaton_types::{SecretId, Timestamp};
use tokio::sync::Notify;

use crate::{
    Charge, Error, due,
    lease::Kept,
    notary::Notary,
    safe::Safe,
    time::Time,
    turn::{Carried, Turned, Turns},
};

/// More turns than this in one pass would be a loop: the pass ends and the next one goes on.
const MOST: u32 = 512;

/// What a pass came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// A rotation waits; nothing happens by time alone before this.
    Waits(Option<Timestamp>),
    /// There is nothing to do.
    Idle,
    /// Another engine drives this secret.
    Taken,
}

/// What a pass came to, as the service needs to know it.
pub(crate) enum Came {
    /// A rotation waits; nothing happens by time alone before this.
    Waits(Option<Timestamp>),
    /// There is nothing to do before the schedule's next firing.
    Idle,
    /// The schedule is due, and the machine refuses to start: asking again at once would not help.
    Declined,
    /// The pass has gone on for long, and there is more to do.
    Goes,
    /// Another engine drives this secret.
    Taken,
}

/// Drives rotations, one secret at a time; shared by the service, the tick and the command in the foreground.
pub struct Driver {
    safe: Safe,
    time: Arc<dyn Time>,
    holder: String,
    presence: Presence,
    held: Mutex<BTreeMap<SecretId, Held>>,
    /// Who wants to hear at once that something was committed.
    told: Option<Arc<Notify>>,
}

/// A lease, and the answer that is on its way into the ledger.
struct Held {
    kept: Kept,
    carried: Option<Carried>,
}

impl Driver {
    /// A driver that acts as `holder`. `presence` says whether it stays for a watch.
    pub fn new(
        store: Arc<dyn Store>,
        keyring: Arc<Keyring>,
        time: Arc<dyn Time>,
        holder: impl Into<String>,
        presence: Presence,
    ) -> Self {
        Self {
            safe: Safe { store, keyring },
            time,
            holder: holder.into(),
            presence,
            held: Mutex::default(),
            told: None,
        }
    }

    /// The same, and tells of each commit.
    #[must_use]
    pub fn telling(self, told: Arc<Notify>) -> Self {
        Self { told: Some(told), ..self }
    }

    /// Who signs the audit of what is driven here.
    pub(crate) fn notary(&self) -> Notary {
        Notary { safe: self.safe.clone(), time: Arc::clone(&self.time) }
    }

    /// Drives one secret until it waits, or has nothing to do. The lease is kept while a rotation is active.
    pub async fn pass(&self, charge: &Charge) -> Result<Pass, Error> {
        Ok(match self.drive(charge).await? {
            Came::Waits(at) => Pass::Waits(at),
            Came::Goes => Pass::Waits(Some(self.safe.store.now().await?)),
            Came::Idle | Came::Declined => Pass::Idle,
            Came::Taken => Pass::Taken,
        })
    }

    /// The same, in the words of the service.
    pub(crate) async fn drive(&self, charge: &Charge) -> Result<Came, Error> {
        if self.is_idle(charge).await? {
            return Ok(Came::Idle);
        }
        let Some(mut held) = self.take(charge).await? else { return Ok(Came::Taken) };
        let outcome = self.turns(charge, &mut held).await;
        match &outcome {
            Ok(Came::Waits(_) | Came::Goes) => self.keep(charge, held),
            Err(Error::Store(_)) if held.kept.holds() => self.keep(charge, held),
            Ok(Came::Idle | Came::Declined | Came::Taken) | Err(_) => held.kept.release().await,
        }
        match outcome {
            Err(Error::LeaseLost(_)) => Ok(Came::Taken),
            other => other,
        }
    }

    /// Gives up every lease: what is active goes on under another engine at once.
    pub async fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap_or_else(PoisonError::into_inner));
        for (_, held) in held {
            held.kept.release().await;
        }
    }

    /// Whether there is nothing to do: no lease is taken then.
    async fn is_idle(&self, charge: &Charge) -> Result<bool, Error> {
        let Some(snapshot) = self.safe.store.read(&charge.secret).await? else { return Ok(true) };
        let quiet = snapshot.ledger.rotation.is_none() && snapshot.asks.is_empty();
        Ok(quiet && due::next(charge, &snapshot).is_none_or(|at| at > snapshot.now))
    }

    /// When the schedule names the next firing of a secret that is idle.
    pub async fn next_firing(&self, charge: &Charge) -> Option<Timestamp> {
        self.firing(charge).await.ok().flatten()
    }

    /// The same, or why the store did not tell.
    pub(crate) async fn firing(&self, charge: &Charge) -> Result<Option<Timestamp>, Error> {
        let snapshot = self.safe.store.read(&charge.secret).await?;
        Ok(snapshot.and_then(|snapshot| due::next(charge, &snapshot)))
    }

    async fn turns(&self, charge: &Charge, held: &mut Held) -> Result<Came, Error> {
        let _place = charge.lane.enter().await;
        let turns = Turns {
            charge,
            safe: &self.safe,
            time: &self.time,
            kept: &held.kept,
            holder: &self.holder,
            presence: self.presence,
        };
        for _ in 0..MOST {
            match turns.turn(&mut held.carried).await? {
                Turned::Moved => self.told.iter().for_each(|told| told.notify_one()),
                Turned::Waits(look) => return Ok(Came::Waits(look)),
                Turned::Idle => return Ok(Came::Idle),
                Turned::Declined => return Ok(Came::Declined),
            }
        }
        Ok(Came::Goes)
    }

    async fn take(&self, charge: &Charge) -> Result<Option<Held>, Error> {
        let kept = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&charge.secret);
        if let Some(held) = kept.filter(|held| held.kept.holds()) {
            return Ok(Some(held));
        }
        let kept = Kept::claim(&self.safe.store, &self.time, &charge.secret, &self.holder).await?;
        Ok(kept.map(|kept| Held { kept, carried: None }))
    }

    fn keep(&self, charge: &Charge, held: Held) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(charge.secret.clone(), held);
    }
}
