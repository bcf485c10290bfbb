//! A world to rotate in: a store, an issuer, a vault and consumers in memory, and time that the test moves.

mod crew;
mod duty;
mod errand;
mod gate;
mod mortal;
mod run;
mod setting;
mod shared;
mod time;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use keybaton_core::{facts::Presence, ledger::Ledger};
use keybaton_engine::{Charge, Charges, Driver, Error, Lane, Local, Pass, Time};
use keybaton_ports::{Adoption, Operations, Proof, Seen, Snapshot, Store, Vault, VaultUse, Wanted};
use keybaton_seal::{Binding, Keyring, MasterKey, Part, SecretValue};
use keybaton_store::Memory;
use keybaton_testkit::{
    fake::{FakeCredential, FakeIssuer, FakeVault},
    fault::{Faults, Faulty, FaultyProbe, FaultyVault},
};
use keybaton_types::{CredentialNo, Installation, SecretId, Timestamp};

pub(crate) use crew::Crew;
pub(crate) use duty::Duty;
pub(crate) use gate::{Gate, Mood};
pub(crate) use mortal::{Blow, Mortal};
pub(crate) use run::End;
pub(crate) use setting::{Setting, policy};
use shared::Shared;
pub(crate) use time::SimTime;

/// The id of the key that exists before keybaton.
pub(crate) const OLD: &str = "old-1";

/// Everything that a rotation touches.
pub(crate) struct World {
    pub(crate) secret: SecretId,
    pub(crate) time: SimTime,
    pub(crate) memory: Memory,
    pub(crate) store: Arc<Mortal>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) issuer: FakeIssuer,
    pub(crate) vault: Arc<dyn Vault>,
    /// The same, where it is somebody else's.
    pub(crate) foreign: Option<FakeVault>,
    pub(crate) gate: Gate,
    pub(crate) faults: Arc<Faults>,
    pub(crate) charge: Charge,
    pub(crate) crew: Crew,
    engines: u32,
    opened: Mutex<BTreeMap<CredentialNo, Arc<SecretValue>>>,
}

impl World {
    /// A world in which nothing goes wrong but what `faults` says, and nothing is adopted yet.
    pub(crate) fn new(setting: Setting, faults: Faults, blow: Option<(usize, Blow)>) -> Self {
        let installation = Installation("a1b2c3".to_owned());
        let master = MasterKey::generate().unwrap();
        let keyring = Arc::new(Keyring::new(&master, &installation).unwrap());
        let time = SimTime::default();
        let memory = Memory::new(installation, Arc::new(time.clock()));
        let faults = Arc::new(faults);
        let store = Arc::new(Mortal::new(Arc::new(memory.clone()), Arc::clone(&faults), blow));
        let issuer = FakeIssuer::new(setting.issuer, time.reader());
        let foreign = setting.vault.map(FakeVault::new);
        let vault: Arc<dyn Vault> = match foreign.clone() {
            Some(foreign) => Arc::new(foreign),
            None => Arc::new(memory.vault()),
        };
        let gate = Gate::new(issuer.clone());
        let secret: SecretId = "payments/prod".parse().unwrap();
        let charge = Charge {
            secret: secret.clone(),
            owner: None,
            issuer_name: "fake".to_owned(),
            vault_name: "fake".to_owned(),
            issuer: Arc::new(Faulty::new(issuer.clone(), Arc::clone(&faults))),
            probe: Arc::new(FaultyProbe::new(gate.clone(), Arc::clone(&faults))),
            vault: Arc::new(FaultyVault::new(Shared(Arc::clone(&vault)), Arc::clone(&faults))),
            render: None,
            policy: setting.policy,
            schedule: setting.schedule,
            lane: Arc::new(Lane::new(4, Duration::ZERO)),
        };
        let crew = Crew::default();
        Self {
            secret,
            time,
            memory,
            store,
            keyring,
            issuer,
            vault,
            foreign,
            gate,
            faults,
            charge,
            crew,
            engines: 0,
            opened: Mutex::default(),
        }
    }

    /// The same world after the old key was adopted, by an engine that meets no fault.
    pub(crate) async fn adopted(setting: Setting, faults: Faults, blow: Option<(usize, Blow)>) -> Self {
        let mut world = Self::new(setting, faults, blow);
        let id = world.issuer.plant(OLD, value("the old value"));
        let operations = world.local();
        let adoption = Adoption {
            secret: world.secret.clone(),
            id: Some(id),
            value: value("the old value"),
            proof: Proof::Needed,
            vault: VaultUse::Publish,
            sharing: keybaton_ports::Sharing::Refused,
            by: "ann".to_owned(),
        };
        operations.adopt(adoption).await.unwrap();
        world.crew = Crew::of(2);
        world
    }

    /// Operations of a person at a shell, on the bare store and without faults.
    pub(crate) fn local(&self) -> Local {
        let charges = Charges::new([self.plain()]);
        let store: Arc<dyn Store> = Arc::new(self.memory.clone());
        Local::new(store, Arc::clone(&self.keyring), Arc::new(self.time.clone()), charges, "shell")
    }

    /// The charge with the fault layer, again.
    pub(crate) fn faulty(&self) -> Charge {
        let faults = || Arc::clone(&self.faults);
        Charge {
            issuer: Arc::new(Faulty::new(self.issuer.clone(), faults())),
            probe: Arc::new(FaultyProbe::new(self.gate.clone(), faults())),
            vault: Arc::new(FaultyVault::new(Shared(Arc::clone(&self.vault)), faults())),
            ..self.plain()
        }
    }

    /// The charge without the fault layer.
    pub(crate) fn plain(&self) -> Charge {
        Charge {
            secret: self.secret.clone(),
            owner: None,
            issuer_name: "fake".to_owned(),
            vault_name: "fake".to_owned(),
            issuer: Arc::new(self.issuer.clone()),
            probe: Arc::new(self.gate.clone()),
            vault: Arc::clone(&self.vault),
            render: None,
            policy: self.charge.policy.clone(),
            schedule: self.charge.schedule.clone(),
            lane: Arc::new(Lane::new(4, Duration::ZERO)),
        }
    }

    /// A new engine; the one before it may be dead.
    pub(crate) fn engine(&mut self) -> Driver {
        self.engines += 1;
        let (store, keyring): (Arc<dyn Store>, _) = (Arc::clone(&self.store) as _, Arc::clone(&self.keyring));
        let time: Arc<dyn Time> = Arc::new(self.time.clone());
        Driver::new(store, keyring, time, format!("engine-{}", self.engines), Presence::Stays)
    }

    /// One pass, or `None` when the process died in it.
    pub(crate) async fn pass(&self, driver: &Driver) -> Option<Result<Pass, Error>> {
        tokio::select! {
            biased;
            () = self.store.death() => None,
            outcome = driver.pass(&self.charge) => Some(outcome),
        }
    }

    /// The dead process is replaced once its lease has run out.
    pub(crate) async fn restart(&mut self) -> Driver {
        self.faults.revive();
        self.store.revive();
        self.time.advance(Duration::from_secs(11)).await;
        self.engine()
    }

    pub(crate) async fn ask(&self, wanted: Wanted) {
        self.memory.ask(&self.secret, wanted, "ann").await.unwrap();
    }

    pub(crate) async fn snapshot(&self) -> Snapshot {
        self.memory.read(&self.secret).await.unwrap().unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// The consumers work for a moment.
    pub(crate) async fn work(&mut self) {
        let mut crew = std::mem::take(&mut self.crew);
        crew.work(self).await;
        self.crew = crew;
    }

    /// The credential that the vault serves.
    pub(crate) async fn served(&self) -> Option<CredentialNo> {
        match self.vault.served(&self.secret).await.unwrap() {
            Seen::Version(version) => self.snapshot().await.ledger.version(version).map(|version| version.credential),
            Seen::Value(_) | Seen::Nothing => None,
        }
    }

    /// The value of a credential, as the ledger keeps it.
    pub(crate) async fn value(&self, credential: CredentialNo) -> Option<SecretValue> {
        let kept = self.memory.sealed(&self.secret, credential).await.unwrap()?;
        let binding =
            Binding { installation: self.memory.installation(), secret: &self.secret, credential, part: Part::Value };
        Some(self.keyring.open(&kept.value, &binding).unwrap())
    }

    /// The same, as a consumer remembers it.
    pub(crate) async fn remembered(&self, credential: CredentialNo) -> Option<Arc<SecretValue>> {
        let known = self.opened.lock().unwrap().get(&credential).cloned();
        if known.is_some() {
            return known;
        }
        let value = Arc::new(self.value(credential).await?);
        self.opened.lock().unwrap().insert(credential, Arc::clone(&value));
        Some(value)
    }

    /// Whether the issuer accepts a credential with the value that the ledger keeps.
    pub(crate) async fn accepts(&self, credential: CredentialNo) -> bool {
        let snapshot = self.snapshot().await;
        let issued = snapshot.ledger.credential(credential).and_then(|c| c.issued.clone());
        let value = self.value(credential).await;
        issued.zip(value).is_some_and(|(id, value)| self.issuer.accepts(&id, &value))
    }

    /// Whether the issuer accepts what a consumer remembers.
    pub(crate) async fn works(&self, ledger: &Ledger, credential: CredentialNo) -> bool {
        let issued = ledger.credential(credential).and_then(|c| c.issued.as_ref());
        let value = self.remembered(credential).await;
        issued.zip(value).is_some_and(|(id, value)| self.issuer.accepts(id, &value))
    }

    /// What lives at the issuer and is not somebody else's.
    pub(crate) fn live(&self) -> Vec<FakeCredential> {
        self.issuer.live().into_iter().filter(|c| !c.id.0.starts_with("foreign")).collect()
    }
}

pub(crate) fn value(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}
