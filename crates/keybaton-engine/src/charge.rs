//! A charge: one secret in the engine's care, with its connectors and its policy.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use keybaton_core::{
    policy::Policy,
    schedule::Schedule,
    sheet::{Ability, Sheet},
};
use keybaton_ports::{Issuer, Probe, Render, Snapshot, Vault};
use keybaton_types::{SecretId, Timestamp};

use crate::{Lane, due};

/// One secret in the engine's care.
#[derive(Clone)]
pub struct Charge {
    /// Its name.
    pub secret: SecretId,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The name of the issuer in the configuration; it shares a lane with others of the same name.
    pub issuer_name: String,
    /// The name of the vault in the configuration.
    pub vault_name: String,
    /// Where credentials come from.
    pub issuer: Arc<dyn Issuer>,
    /// How a credential is tried.
    pub probe: Arc<dyn Probe>,
    /// Where consumers read.
    pub vault: Arc<dyn Vault>,
    /// What consumers read, where that is not the value itself.
    pub render: Option<Arc<dyn Render>>,
    /// What the owner wants.
    pub policy: Policy,
    /// When it is rotated by itself.
    pub schedule: Option<Schedule>,
    /// How many calls its issuer gets at once, and how often.
    pub lane: Arc<Lane>,
}

impl Charge {
    /// When its schedule names the next firing.
    pub fn next_firing(&self, snapshot: &Snapshot) -> Option<Timestamp> {
        due::next(self, snapshot)
    }

    /// What its connectors can do, computed from what they are.
    pub fn sheet(&self) -> Sheet {
        let traits = self.issuer.traits();
        let vault = self.vault.traits();
        Sheet {
            max_credentials: traits.max_credentials,
            listing: Ability::from(self.issuer.listing().is_some()),
            switching: Ability::from(self.issuer.switching().is_some()),
            last_used_lag: traits.last_used_lag,
            sessions: Ability::from(self.issuer.sessions().is_some()),
            chooser: traits.chooser,
            addressing: traits.addressing,
            vault: self.vault.fencing(),
            propagation: traits.propagation,
            quiescence: traits.quiescence.max(vault.quiescence),
            timeout: traits.timeout.max(vault.timeout).max(Duration::from_millis(1)),
        }
    }
}

/// Every secret in the engine's care; replaced as a whole when the configuration changes.
#[derive(Clone, Default)]
pub struct Charges {
    inner: Arc<RwLock<Arc<ByName>>>,
}

type ByName = BTreeMap<SecretId, Arc<Charge>>;

impl Charges {
    /// Takes these into care.
    pub fn new(charges: impl IntoIterator<Item = Charge>) -> Self {
        let all = Self::default();
        all.replace(charges);
        all
    }

    /// Takes these into care instead of the present ones.
    pub fn replace(&self, charges: impl IntoIterator<Item = Charge>) {
        let map = charges.into_iter().map(|charge| (charge.secret.clone(), Arc::new(charge))).collect();
        *self.inner.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(map);
    }

    /// All of them, by name.
    pub fn all(&self) -> Arc<ByName> {
        Arc::clone(&self.inner.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// One of them.
    pub fn get(&self, secret: &SecretId) -> Option<Arc<Charge>> {
        self.all().get(secret).cloned()
    }
}
