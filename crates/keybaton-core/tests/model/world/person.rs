//! An instance of a consumer: what it holds, what it would use next, and what the server has seen of it.

use keybaton_core::ledger::{Report, Seen, Sighting};
use keybaton_types::{CredentialNo, Timestamp, VersionNo};

use super::{
    World,
    breach::Breach,
    issuer::Value,
    setting::{Flaw, Setting},
    time::NOW,
};

/// How an instance reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Our agent or client: it keeps its lease, caches on the disk, and says what it dropped.
    Agent,
    /// A plain HTTP reader: no lease, no disk; what it uses is reported for it.
    Plain,
}

/// A value under its version's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Held {
    /// The version.
    pub(crate) version: VersionNo,
    /// The value.
    pub(crate) value: Value,
}

/// One row of the sightings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Trace {
    /// Of which credential.
    pub(crate) credential: Option<CredentialNo>,
    /// What.
    pub(crate) seen: Seen,
    /// When last; only the order counts.
    pub(crate) last: Timestamp,
    /// Until when the holder may use it.
    pub(crate) lease: Option<Timestamp>,
}

/// One row of the reports; a search needs no numbers but none and many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tally {
    /// With which credential.
    pub(crate) credential: CredentialNo,
    /// Whether calls succeeded.
    pub(crate) ok: bool,
    /// When calls were refused, if they were; only the order counts.
    pub(crate) refused: Option<Timestamp>,
}

/// An instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person {
    /// How it reads.
    pub(crate) kind: Kind,
    /// Whether it runs.
    pub(crate) alive: bool,
    /// What it uses.
    pub(crate) mem: Option<Held>,
    /// What it finds after a restart.
    pub(crate) disk: Option<Held>,
    /// With what it authenticated last.
    pub(crate) good: Option<Value>,
    /// Until when it may use what it holds.
    pub(crate) until: Option<Timestamp>,
    /// Until when it may fall back to its last good credential, where that is another one.
    pub(crate) spare: Option<Timestamp>,
    /// What was seen of it.
    pub(crate) seen: Vec<Trace>,
    /// What it reported.
    pub(crate) tallies: Vec<Tally>,
    /// What a copy of the state database knows of it.
    pub(crate) saved: Vec<Trace>,
}

impl Person {
    /// An instance that holds nothing yet.
    pub(crate) fn new(kind: Kind) -> Self {
        let (mem, disk, good, until, spare) = (None, None, None, None, None);
        Self {
            kind,
            alive: true,
            mem,
            disk,
            good,
            until,
            spare,
            seen: Vec::new(),
            tallies: Vec::new(),
            saved: Vec::new(),
        }
    }

    /// Forgets every value: the lease is over.
    pub(crate) fn wipe(&mut self) {
        (self.mem, self.disk, self.good, self.until, self.spare) = (None, None, None, None, None);
    }

    /// The lease on the last good credential is over.
    pub(crate) fn wipe_spare(&mut self) {
        self.spare = None;
        self.good = self.good.filter(|good| self.mem.is_some_and(|held| held.value == *good));
    }

    fn note(&mut self, credential: Option<CredentialNo>, seen: Seen, lease: Option<Timestamp>) {
        self.seen.retain(|trace| (trace.credential, trace.seen) != (credential, seen));
        self.seen.push(Trace { credential, seen, last: NOW, lease });
        self.seen.sort_unstable();
    }

    fn report(&mut self, credential: CredentialNo, accepted: bool) {
        let known = self.tallies.iter().position(|tally| tally.credential == credential);
        let index = known.unwrap_or_else(|| {
            self.tallies.push(Tally { credential, ok: false, refused: None });
            self.tallies.len() - 1
        });
        let tally = &mut self.tallies[index];
        tally.ok |= accepted;
        if !accepted {
            tally.refused = Some(NOW);
        }
        self.tallies.sort_unstable();
    }
}

impl World {
    /// The instance reads what the vault serves. The grant is written down before the value leaves the server.
    pub(crate) fn fetch(&mut self, setting: &Setting, index: usize) {
        let Some((version, value)) = self.vault.served else { return };
        let credential = self.credential_of(value).map(|c| c.no);
        if self.is_condemned(value) || self.vault.covered {
            return;
        }
        let person = &mut self.people[index];
        let lease = (person.kind == Kind::Agent).then(|| NOW + setting.policy.lease());
        if setting.flaw != Flaw::GrantNotPersisted {
            person.note(credential, Seen::Fetched, lease);
        }
        if person.mem.is_some_and(|held| held.version > version) {
            return;
        }
        let held = Some(Held { version, value });
        if person.mem.is_some_and(|old| old.value != value && person.good == Some(old.value)) {
            person.spare = person.until;
        }
        person.mem = held;
        person.until = lease;
        if person.kind == Kind::Agent && setting.flaw != Flaw::AckBeforeDisk {
            person.disk = held;
        }
    }

    /// The instance authenticates, and falls back to its last good credential when it is refused.
    pub(crate) fn employ(&mut self, setting: &Setting, index: usize) {
        let Some(held) = self.people[index].mem else { return };
        if setting.flaw == Flaw::ChainedLease {
            self.people[index].until = Some(NOW + setting.policy.lease());
        }
        if self.authenticate(setting, index, held.value) {
            let keeps = setting.flaw == Flaw::FallbackAfterAck && self.people[index].good.is_some();
            if !keeps {
                self.people[index].good = Some(held.value);
                self.people[index].spare = None;
            }
            return;
        }
        if let Some(good) = self.people[index].good.filter(|good| *good != held.value) {
            self.authenticate(setting, index, good);
        }
    }

    fn authenticate(&mut self, setting: &Setting, index: usize, value: Value) -> bool {
        let accepted = self.issuer.serves(value);
        if self.is_condemned(value) && !self.ghost.cut {
            self.ghost.breach = Some(Breach::CondemnedUsed);
        }
        let credential = self.credential_of(value).map(|c| c.no);
        let person = &mut self.people[index];
        if let Some(no) = credential {
            person.report(no, accepted);
        }
        if accepted {
            person.note(credential, Seen::Used, None);
            if setting.sheet.sessions.has() && !self.issuer.sessions.contains(&value) {
                self.issuer.sessions.push(value);
                self.issuer.sessions.sort_unstable();
            }
        }
        accepted
    }

    /// The instance erases the loser, which the server has marked as retiring, and says so.
    pub(crate) fn erase(&mut self, setting: &Setting, index: usize, loser: Value) {
        let credential = self.credential_of(loser).map(|c| c.no);
        let person = &mut self.people[index];
        if setting.flaw != Flaw::FallbackAfterAck {
            person.good = person.good.filter(|good| *good != loser);
            person.spare = None;
        }
        person.note(credential, Seen::Dropped, None);
    }

    /// The instance starts anew with what is on its disk.
    pub(crate) fn restart(&mut self, index: usize) {
        let person = &mut self.people[index];
        if person.disk < person.mem && person.kind == Kind::Agent && person.disk.is_some() {
            self.ghost.breach = Some(Breach::Backwards);
        }
        person.mem = person.disk;
        if person.kind == Kind::Plain {
            person.good = None;
        }
    }

    /// A person says that the instance is gone.
    pub(crate) fn forget(&mut self, index: usize) {
        self.people[index].note(None, Seen::Forgotten, None);
    }

    /// The instance reports refusals with a credential that in truth works.
    pub(crate) fn cry_wolf(&mut self, index: usize, credential: CredentialNo) {
        self.people[index].report(credential, false);
    }

    /// Whether the ledger has condemned this value.
    pub(crate) fn is_condemned(&self, value: Value) -> bool {
        self.credential_of(value).is_some_and(|c| c.condemned)
    }

    /// The sightings as the store hands them to core.
    pub(crate) fn sightings(&self) -> Vec<Sighting> {
        let rows = self.people.iter().enumerate().flat_map(|(i, person)| person.seen.iter().map(move |t| (i, t)));
        rows.map(|(index, trace)| Sighting {
            consumer: "web".to_owned(),
            instance: index.to_string(),
            credential: trace.credential,
            seen: trace.seen,
            last: trace.last,
            lease_until: trace.lease,
        })
        .collect()
    }

    /// The reports as the store hands them to core.
    pub(crate) fn reports(&self) -> Vec<Report> {
        let rows = self.people.iter().enumerate().flat_map(|(i, person)| person.tallies.iter().map(move |t| (i, t)));
        rows.map(|(index, tally)| Report {
            consumer: "web".to_owned(),
            instance: index.to_string(),
            credential: tally.credential,
            ok: if tally.ok { 10 } else { 0 },
            refused: if tally.refused.is_some() { 10 } else { 0 },
            refused_at: tally.refused,
            ..Report::default()
        })
        .collect()
    }
}
