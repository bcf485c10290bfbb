//! Everything that the in-memory store keeps of one secret.

use std::collections::BTreeMap;

use keybaton_core::{
    ledger::{Commit, Conflict, Ledger, Report, Sighting, Storm},
    rotation::State,
    watch::Watch,
};
use keybaton_ports::{Ask, Attachment, AuditRow, Enrolled, Fence, Handed, Record, Snapshot, StoreError, Wanted};
use keybaton_types::{CredentialNo, Epoch, Revision, RotationId, SecretId, Timestamp, VersionNo};

use crate::{
    audit::{Head, first_broken},
    evidence::{self, ReportKey, SightingKey},
};

/// Everything about one secret.
pub(super) struct Book {
    pub(super) ledger: Ledger,
    /// Who holds the lease, and until when.
    pub(super) lease: Option<(String, Timestamp)>,
    pub(super) watch: Option<(RotationId, Watch)>,
    pub(super) sightings: BTreeMap<SightingKey, Sighting>,
    pub(super) reports: BTreeMap<ReportKey, Report>,
    /// The newest word of each signal.
    pub(super) storms: BTreeMap<String, Storm>,
    pub(super) asks: Vec<Ask>,
    pub(super) asked: u64,
    /// Grows with each commit, sighting, report, storm and request.
    pub(super) touched: u64,
    pub(super) sealed: BTreeMap<CredentialNo, Attachment>,
    /// Keys that a person has handed over and no commit has taken yet.
    pub(super) handed: BTreeMap<CredentialNo, Handed>,
    pub(super) audit: Vec<AuditRow>,
    pub(super) head: Head,
    /// The last row that a checkpoint names.
    pub(super) signed: u64,
    /// What the embedded vault serves, and the fence under which it was written.
    pub(super) served: Option<(Fence, VersionNo)>,
}

impl Book {
    pub(super) fn new() -> Self {
        Self {
            ledger: Ledger::new(),
            lease: None,
            watch: None,
            sightings: BTreeMap::new(),
            reports: BTreeMap::new(),
            storms: BTreeMap::new(),
            asks: Vec::new(),
            asked: 0,
            touched: 0,
            sealed: BTreeMap::new(),
            handed: BTreeMap::new(),
            audit: Vec::new(),
            head: Head::default(),
            signed: 0,
            served: None,
        }
    }

    pub(super) fn enrolled(&self, secret: &SecretId) -> Enrolled {
        let (active, asked) = (self.ledger.rotation.is_some(), !self.asks.is_empty());
        Enrolled { secret: secret.clone(), active, asked, touched: self.touched, revision: self.ledger.revision }
    }

    /// Everything but what is kept of other secrets.
    pub(super) fn snapshot(&self, now: Timestamp) -> Snapshot {
        Snapshot {
            now,
            ledger: self.ledger.clone(),
            watch: self.watch.as_ref().map(|(_, watch)| watch.clone()),
            sightings: self.sightings.values().cloned().collect(),
            reports: self.reports.values().cloned().collect(),
            storms: self.storms.values().cloned().collect(),
            asks: self.asks.clone(),
            shared: Vec::new(),
            pauses: Vec::new(),
            driver: self.driver(now).map(str::to_owned),
            served: None,
        }
    }

    pub(super) fn driver(&self, now: Timestamp) -> Option<&str> {
        self.lease.as_ref().filter(|(_, until)| *until > now).map(|(holder, _)| holder.as_str())
    }

    pub(super) fn commit(
        &mut self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError> {
        let row = self.head.follow(secret, commit.at, record, Some(commit))?;
        self.ledger.apply(commit.clone())?;
        self.touched += 1;
        self.append(row);
        if let Some(attached) = attached {
            self.sealed.insert(attached.credential, attached.clone());
            self.handed.remove(&attached.credential);
        }
        if commit.transition.rotation.as_ref().is_some_and(|rotation| matches!(rotation.state, State::Ended(_))) {
            self.handed.clear();
        }
        self.strike(record);
        let active = self.ledger.rotation.as_ref().map(|r| r.id);
        self.watch.take_if(|(of, _)| Some(*of) != active);
        Ok(())
    }

    /// Merges a sighting.
    pub(super) fn sight(&mut self, sighting: &Sighting) {
        let known = self.sightings.entry(evidence::sighting_key(sighting)).or_insert_with(|| sighting.clone());
        evidence::merge(known, sighting);
    }

    /// Adds the counts of a report that was told now.
    pub(super) fn report(&mut self, report: &Report, now: Timestamp) {
        let report = evidence::bounded(report);
        let (consumer, instance, credential) = evidence::report_key(&report);
        let nothing = || Report { consumer, instance, credential, ..Report::default() };
        self.reports.entry(evidence::report_key(&report)).or_insert_with(nothing).add(&report, now);
    }

    /// Keeps the newest word of a signal.
    pub(super) fn signal(&mut self, storm: &Storm) {
        if self.storms.get(&storm.source).is_none_or(|known| known.last <= storm.last) {
            self.storms.insert(storm.source.clone(), storm.clone());
        }
    }

    /// Keeps a key that a person hands over, if the ledger is still at this revision and no other key is there.
    pub(super) fn hand_over(&mut self, expected: Revision, handed: &Handed) -> Result<(), Conflict> {
        let no = handed.attached.credential;
        let other = self.handed.get(&no).is_some_and(|known| known.issued != handed.issued);
        if other || self.ledger.revision != expected {
            return Err(Conflict::Revision);
        }
        self.handed.insert(no, handed.clone());
        Ok(())
    }

    /// Records a request.
    pub(super) fn ask(&mut self, wanted: Wanted, by: &str, at: Timestamp) -> u64 {
        self.asked += 1;
        self.touched += 1;
        self.asks.push(Ask { no: self.asked, wanted, by: by.to_owned(), at });
        self.asked
    }

    /// Replaces the watch of the active rotation; a late one, of an earlier watch or rotation, is dropped, and one
    /// under another epoch bounces.
    pub(super) fn observe(&mut self, epoch: Epoch, rotation: RotationId, watch: &Watch) -> Result<(), StoreError> {
        if self.ledger.epoch != epoch {
            return Err(Conflict::Epoch.into());
        }
        let active = self.ledger.rotation.as_ref().is_some_and(|r| r.id == rotation);
        let newer = self.watch.as_ref().is_none_or(|(_, known)| known.no <= watch.no);
        if active && newer {
            self.watch = Some((rotation, watch.clone()));
        }
        Ok(())
    }

    pub(super) fn append(&mut self, row: AuditRow) {
        self.head = Head::of(&row);
        self.audit.push(row);
    }

    /// Strikes off what a record answers.
    pub(super) fn strike(&mut self, record: &Record) {
        self.asks.retain(|ask| Some(ask.no) != record.heard);
    }

    pub(super) fn first_broken(&self) -> Option<u64> {
        first_broken(&self.audit, &self.head)
    }
}
