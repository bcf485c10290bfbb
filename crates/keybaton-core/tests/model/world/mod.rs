//! The world around the shipped `step` and the shipped `Ledger::apply`: an issuer, a vault, engines, consumers, faults.
//!
//! Nothing here decides anything about a rotation. The world performs what it is asked, loses and delays it within a
//! budget, and lets consumers read and use what the vault serves. Time stands still: it is always [`time::NOW`], and a
//! tick moves everything else into the past, so that equal situations are equal states.

pub(crate) mod act;
pub(crate) mod action;
pub(crate) mod breach;
pub(crate) mod budget;
pub(crate) mod call;
pub(crate) mod engine;
pub(crate) mod errand;
pub(crate) mod ghost;
pub(crate) mod guest;
pub(crate) mod issuer;
pub(crate) mod menu;
pub(crate) mod normal;
pub(crate) mod observe;
pub(crate) mod perform;
pub(crate) mod person;
pub(crate) mod restore;
pub(crate) mod setting;
pub(crate) mod storm;
pub(crate) mod time;
pub(crate) mod turn;
pub(crate) mod vault;

use keybaton_core::{
    ledger::{Credential, Far, Ledger, Origin, Stage, Version},
    rotation::Rotation,
    watch::Watch,
};
use keybaton_types::{CredentialNo, Epoch, IssuedId, RotationId, Timestamp, VersionNo};

use self::{
    budget::Budget,
    call::Flight,
    engine::Engine,
    errand::Handed,
    ghost::Ghost,
    issuer::{Issuer, Value},
    person::Person,
    restore::Backup,
    setting::Setting,
    time::NOW,
    vault::Vault,
};

/// Everything that is true at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// The shipped ledger.
    pub(crate) ledger: Ledger,
    /// The values that the ledger has sealed.
    pub(crate) sealed: Vec<(CredentialNo, Value)>,
    /// The shipped watch.
    pub(crate) watch: Watch,
    /// The engines; at most one is up.
    pub(crate) engines: Vec<Engine>,
    /// The far service.
    pub(crate) issuer: Issuer,
    /// Where consumers read.
    pub(crate) vault: Vault,
    /// Keys that a person has handed over and no commit has taken yet.
    pub(crate) drawer: Vec<Handed>,
    /// Requests whose answer nobody waits for any more, and which may still land.
    pub(crate) flights: Vec<Flight>,
    /// The consumers' instances.
    pub(crate) people: Vec<Person>,
    /// When a storm began that still rages.
    pub(crate) storm: Option<Timestamp>,
    /// Whether another secret holds A too, and still needs it.
    pub(crate) guest: bool,
    /// The faults that are left.
    pub(crate) budget: Budget,
    /// A copy of the state database, taken earlier.
    pub(crate) backup: Option<Box<Backup>>,
    /// The rotation has not begun yet.
    pub(crate) fresh: bool,
    /// What only the model knows.
    pub(crate) ghost: Ghost,
}

impl World {
    /// The world before the first action: A is served and used, and a rotation is wanted.
    pub(crate) fn new(setting: &Setting) -> Self {
        let mut ledger = Ledger::new();
        let a = CredentialNo(1);
        let mut world = Self {
            sealed: Vec::new(),
            watch: Watch::default(),
            engines: vec![Engine::Down; usize::from(setting.engines)],
            issuer: Issuer::new(setting),
            vault: Vault::default(),
            drawer: Vec::new(),
            flights: Vec::new(),
            people: setting.people.iter().map(|&kind| Person::new(kind)).collect(),
            storm: None,
            guest: setting.budget.guest > 0,
            budget: setting.budget,
            backup: None,
            fresh: false,
            ghost: Ghost::default(),
            ledger: Ledger::new(),
        };
        if setting.adopted {
            ledger.credentials.push(adopted(a));
            ledger.versions.push(Version { no: VersionNo(1), credential: a, published: Some(NOW) });
            ledger.current = Some(VersionNo(1));
            ledger.next_version = VersionNo(2);
            world.sealed.push((a, Value(1)));
            world.vault.served = Some((VersionNo(1), Value(1)));
        }
        ledger.epoch = Epoch(1);
        world.ledger = ledger;
        if setting.adopted {
            for index in 0..setting.users {
                world.fetch(setting, index);
                world.employ(setting, index);
            }
        }
        world.start(setting);
        world.normalise(setting);
        world
    }

    /// Puts a rotation into the ledger that has not begun yet.
    pub(crate) fn start(&mut self, setting: &Setting) {
        let (old, from) = (self.ledger.current_credential().map(|c| c.no), self.ledger.current);
        self.ledger.rotation = Some(Rotation::new(RotationId(self.ledger.next_rotation), old, from, setting.cause));
        self.fresh = true;
    }

    /// The value of a credential, if the ledger has sealed it.
    pub(crate) fn value(&self, no: CredentialNo) -> Option<Value> {
        self.sealed.iter().find(|(known, _)| *known == no).map(|&(_, value)| value)
    }

    /// The credential that has this value, as the ledger knows it.
    pub(crate) fn credential_of(&self, value: Value) -> Option<&Credential> {
        let no = self.sealed.iter().find(|(_, known)| *known == value)?.0;
        self.ledger.credential(no)
    }

    /// The active rotation's old and new values.
    pub(crate) fn runners(&self) -> (Option<Value>, Option<Value>) {
        let Some(rotation) = &self.ledger.rotation else { return (None, None) };
        (rotation.old.and_then(|no| self.value(no)), rotation.new.and_then(|no| self.value(no)))
    }
}

fn adopted(no: CredentialNo) -> Credential {
    Credential {
        no,
        issued: Some(IssuedId::from("1")),
        label: None,
        origin: Origin::Adopted,
        stage: Stage::Current,
        far: Far::Active,
        condemned: false,
        born: NOW,
    }
}
