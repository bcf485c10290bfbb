//! An old copy of the state database is put back (R11).

use keybaton_core::{
    ledger::{Change, Commit, Credential, Far, Ledger, Stage, Version},
    rotation::{Event, Request, Transition},
};
use keybaton_types::{CredentialNo, IssuedId, OpSeq, VersionNo};

use super::{
    World,
    engine::Engine,
    errand::Handed,
    issuer::{LOST_UNTIL, Owner, Value},
    setting::{Flaw, Setting},
    time::NOW,
    turn::Turned,
};

/// How far the version numbers jump.
const JUMP: u64 = 1_000;

/// A copy of the state database, but for what it knows of instances: that lies with them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Backup {
    /// The ledger.
    pub(crate) ledger: Ledger,
    /// The values that it has sealed.
    pub(crate) sealed: Vec<(CredentialNo, Value)>,
    /// The keys that were handed over.
    pub(crate) drawer: Vec<Handed>,
}

impl World {
    /// Copies the state database.
    pub(crate) fn back_up(&mut self) {
        self.backup = Some(Box::new(Backup {
            ledger: self.ledger.clone(),
            sealed: self.sealed.clone(),
            drawer: self.drawer.clone(),
        }));
        for person in &mut self.people {
            person.saved.clone_from(&person.seen);
        }
    }

    /// Puts the copy back. The store notices: a new epoch, numbers that jump, and nothing goes on without a person.
    pub(crate) fn restore(&mut self, setting: &Setting) {
        self.budget.restore -= 1;
        let Some(copy) = self.backup.take() else { return };
        let epoch = self.ledger.epoch.next();
        (self.ledger, self.sealed, self.drawer) = (copy.ledger, copy.sealed, copy.drawer);
        self.ledger.epoch = epoch;
        self.ghost.restored = true;
        for person in &mut self.people {
            person.seen = std::mem::take(&mut person.saved);
        }
        if setting.flaw != Flaw::RestoreUnnoticed {
            self.ledger.restored = true;
            self.ledger.next_version = VersionNo(self.ledger.next_version.0 + JUMP);
            self.ledger.lost_until = OpSeq(LOST_UNTIL);
            for key in self.issuer.keys.iter_mut().filter(|key| key.owner == Owner::Us) {
                key.owner = Owner::Lost;
            }
        }
        for engine in &mut self.engines {
            *engine = Engine::Down;
        }
    }

    /// A person has looked: what the vault serves is adopted where the copy does not know it, and the rotation goes on.
    pub(crate) fn trust(&mut self, setting: &Setting) -> Option<Turned> {
        self.adopt();
        if self.ledger.rotation.is_some() && !self.fresh {
            return self.turn(setting, Event::Asked(Request::Resume));
        }
        self.write(vec![Change::Trusted]);
        None
    }

    fn adopt(&mut self) {
        let Some((version, value)) = self.vault.served else { return };
        let known = self.credential_of(value).cloned();
        if known.as_ref().map(|c| c.no) == self.ledger.current_credential().map(|c| c.no) && known.is_some() {
            return;
        }
        let credential = known.unwrap_or_else(|| {
            let id = self.issuer.holds(value).map_or(value.0, |key| key.id);
            self.sealed.push((self.ledger.next_credential(), value));
            Credential { issued: Some(IssuedId(id.to_string())), ..super::adopted(self.ledger.next_credential()) }
        });
        let no = credential.no;
        let version = Version { no: version, credential: no, published: Some(NOW) };
        let current = Credential { stage: Stage::Current, far: Far::Active, ..credential };
        let number = version.no;
        self.write(vec![Change::Credential(current), Change::Version(version), Change::Current(number)]);
    }

    fn write(&mut self, changes: Vec<Change>) {
        let transition = Transition { changes, ..Transition::default() };
        let (expected, epoch) = (self.ledger.revision, self.ledger.epoch);
        self.ledger.apply(Commit { expected, epoch, at: NOW, transition }).expect("nothing else writes");
    }
}
