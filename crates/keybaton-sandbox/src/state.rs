//! The handle by which a test looks into a running sandbox and steers it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::dialect::Dialect;
use crate::effect::{Effect, Operation, Outcome};
use crate::fault::{Fault, FaultQueue};
use crate::key::{Counts, Key, Route, Scope, Verdict};
use crate::keyring::{Keyring, Totals};
use crate::steering::{Report, Steering, UnknownKey};

/// A handle to a running sandbox: cheap to clone, usable from every thread.
#[derive(Clone)]
pub struct State(Arc<Inner>);

struct Inner {
    world: Mutex<World>,
    dialect: Dialect,
    revision: watch::Sender<u64>,
}

struct World {
    keyring: Keyring,
    faults: FaultQueue,
    calls: BTreeMap<Operation, u64>,
}

/// What can be seen.
impl State {
    /// Returns every key in the order of creation, destroyed ones included.
    pub fn keys(&self) -> Vec<Key> {
        self.world().keyring.keys()
    }

    /// Returns one key.
    pub fn key(&self, id: &str) -> Option<Key> {
        self.world().keyring.key(id).cloned()
    }

    /// Returns the ids of the keys that are not destroyed, in the order of creation.
    pub fn live_ids(&self) -> Vec<String> {
        self.keys().into_iter().filter(|key| !key.destroyed).map(|key| key.id).collect()
    }

    /// Returns the counts of one key.
    pub fn counts(&self, id: &str) -> Option<Counts> {
        self.world().keyring.key(id).map(|key| key.counts)
    }

    /// Returns the counts over everything.
    pub fn totals(&self) -> Totals {
        self.world().keyring.totals()
    }

    /// Returns how many calls of an operation arrived with a good admin credential, those that went wrong included.
    pub fn calls(&self, operation: Operation) -> u64 {
        self.world().calls.get(&operation).copied().unwrap_or_default()
    }

    /// Returns how many faults are still waiting, per operation that has any.
    pub fn faults_waiting(&self) -> BTreeMap<Operation, usize> {
        self.world().faults.waiting()
    }

    /// Returns everything that `GET /_sandbox/keys` shows; no values.
    pub fn report(&self) -> Report {
        let world = self.world();
        Report {
            keys: world.keyring.keys(),
            totals: world.keyring.totals(),
            calls: world.calls.clone(),
            faults: world.faults.waiting(),
        }
    }

    /// Returns a key's value: for tests that play a consumer. It is never shown over HTTP.
    pub fn reveal(&self, id: &str) -> Option<String> {
        self.world().keyring.value(id)
    }

    /// Waits until a condition holds; it is looked at after every change and every request. It does not end by itself.
    pub async fn until(&self, mut holds: impl FnMut(&Self) -> bool) {
        let mut revision = self.0.revision.subscribe();
        loop {
            revision.borrow_and_update();
            if holds(self) || revision.changed().await.is_err() {
                return;
            }
        }
    }
}

/// What can be steered.
impl State {
    /// Lets the next call of an operation without a waiting fault go wrong; later faults wait for later calls.
    pub fn push_fault(&self, operation: Operation, fault: Fault) {
        self.alter(|world| world.faults.push(operation, fault));
    }

    /// Forgets all waiting faults.
    pub fn clear_faults(&self) {
        self.alter(|world| world.faults.clear());
    }

    /// Sets what keys that are made from now on may do at `/v1/work`.
    pub fn set_scope_of_new(&self, scope: Scope) {
        self.alter(|world| world.keyring.rules.scope_of_new = scope);
    }

    /// Sets what one key may do at `/v1/work`.
    pub fn set_scope(&self, id: &str, scope: Scope) -> Result<(), UnknownKey> {
        let found = self.alter(|world| world.keyring.set_scope(id, scope));
        if found { Ok(()) } else { Err(UnknownKey { id: id.to_owned() }) }
    }

    /// Sets how long a new key is refused, counted from its creation, for keys that exist already too.
    pub fn set_propagation(&self, lag: Duration) {
        self.alter(|world| world.keyring.rules.propagation = lag);
    }

    /// Sets how long a disabled or destroyed key is still accepted, for keys that ended already too.
    pub fn set_revoke_lag(&self, lag: Duration) {
        self.alter(|world| world.keyring.rules.revoke_lag = lag);
    }

    /// Sets how many keys fit; existing ones stay.
    pub fn set_max_credentials(&self, max: Option<usize>) {
        self.alter(|world| world.keyring.rules.max_credentials = max);
    }

    /// Makes a key by a foreign hand, past the admin API, its faults and its limit; returns its id, or `None` when the
    /// system gives no randomness.
    pub fn create(&self, label: &str) -> Option<String> {
        let style = self.0.dialect.style();
        let outcome = self.alter(|world| {
            let max = world.keyring.rules.max_credentials.take();
            let outcome = world.keyring.apply(&Effect::Create { label: label.to_owned() }, |n| style.mint(n));
            world.keyring.rules.max_credentials = max;
            outcome
        });
        if let Outcome::Made { key, .. } = outcome { Some(key.id) } else { None }
    }

    /// Disables a key by a foreign hand, past the admin API.
    pub fn disable(&self, id: &str) -> Result<(), UnknownKey> {
        self.by_foreign_hand(&Effect::Disable { id: id.to_owned() }, id)
    }

    /// Enables a key by a foreign hand, past the admin API.
    pub fn enable(&self, id: &str) -> Result<(), UnknownKey> {
        self.by_foreign_hand(&Effect::Enable { id: id.to_owned() }, id)
    }

    /// Destroys a key by a foreign hand, past the admin API.
    pub fn destroy(&self, id: &str) -> Result<(), UnknownKey> {
        self.by_foreign_hand(&Effect::Destroy { id: id.to_owned() }, id)
    }

    /// Does everything that one `POST /_sandbox/faults` asks for, or nothing when it names an unknown key.
    pub fn steer(&self, steering: Steering) -> Result<(), UnknownKey> {
        let unknown = steering.scope.keys.keys().find(|id| self.key(id).is_none());
        if let Some(id) = unknown {
            return Err(UnknownKey { id: id.clone() });
        }
        self.alter(|world| world.steer(steering));
        Ok(())
    }
}

/// What the routes use.
impl State {
    pub(crate) fn new(keyring: Keyring, dialect: Dialect) -> Self {
        let world = World { keyring, faults: FaultQueue::default(), calls: BTreeMap::new() };
        Self(Arc::new(Inner { world: Mutex::new(world), dialect, revision: watch::Sender::new(0) }))
    }

    pub(crate) fn apply(&self, effect: &Effect) -> Outcome {
        let style = self.0.dialect.style();
        self.alter(|world| world.keyring.apply(effect, |n| style.mint(n)))
    }

    pub(crate) fn judge(&self, value: Option<&str>, route: Route) -> Verdict {
        self.alter(|world| world.keyring.judge(value, route))
    }

    /// Counts a call and takes its fault.
    pub(crate) fn begin(&self, operation: Operation) -> Option<Fault> {
        self.alter(|world| {
            *world.calls.entry(operation).or_default() += 1;
            world.faults.take(operation)
        })
    }

    fn by_foreign_hand(&self, effect: &Effect, id: &str) -> Result<(), UnknownKey> {
        match self.apply(effect) {
            Outcome::Changed(_) | Outcome::Destroyed(_) | Outcome::Made { .. } | Outcome::Listed(_) => Ok(()),
            Outcome::NotFound | Outcome::Gone | Outcome::Full { .. } | Outcome::NoRandomness => {
                Err(UnknownKey { id: id.to_owned() })
            }
        }
    }

    fn alter<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let answer = change(&mut self.world());
        self.0.revision.send_modify(|revision| *revision += 1);
        answer
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    fn steer(&mut self, steering: Steering) {
        if steering.clear {
            self.faults.clear();
        }
        for queued in steering.queue {
            for _ in 0..queued.times {
                self.faults.push(queued.operation, queued.fault.clone());
            }
        }
        for (id, scope) in steering.scope.keys {
            self.keyring.set_scope(&id, scope);
        }
        let rules = &mut self.keyring.rules;
        rules.scope_of_new = steering.scope.new.unwrap_or(rules.scope_of_new);
        rules.propagation = steering.propagation_ms.map_or(rules.propagation, Duration::from_millis);
        rules.revoke_lag = steering.revoke_lag_ms.map_or(rules.revoke_lag, Duration::from_millis);
        rules.max_credentials = steering.max_credentials.or(rules.max_credentials);
    }
}
