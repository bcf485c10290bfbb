//! A commit: one compare-and-swap on the ledger of one secret. There is no other write path (R7).

use keybaton_types::{Epoch, Outcome, Revision, Timestamp, VersionNo};
use serde::{Deserialize, Serialize};

use super::{Alert, AlertKind, Credential, Ended, Ledger, Stage, Version};
use crate::rotation::{Rotation, State, Transition};

/// One change of the ledger, as a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A credential is new, or different.
    Credential(Credential),
    /// A version is new, or confirmed.
    Version(Version),
    /// Consumers get this version from now on.
    Current(VersionNo),
    /// The secret was adopted: the schedule counts from here.
    Base(Timestamp),
    /// An alert is raised; one of the same kind is replaced.
    Raise(Alert),
    /// An alert is resolved.
    Resolve(AlertKind),
    /// A person has looked at a restored database and lets it go on (R11).
    Trusted,
}

impl Change {
    /// The credential that is new or different, if this is about one.
    pub fn credential(&self) -> Option<&Credential> {
        match self {
            Self::Credential(credential) => Some(credential),
            Self::Version(_) | Self::Current(_) | Self::Base(_) | Self::Raise(_) | Self::Resolve(_) | Self::Trusted => {
                None
            }
        }
    }
}

/// One compare-and-swap on the ledger of one secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Commit {
    /// The revision that the decision was made on.
    pub expected: Revision,
    /// The lease under which it was made.
    pub epoch: Epoch,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// What changes.
    pub transition: Transition,
}

/// The ledger has moved on: somebody else committed, or holds the lease. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Conflict {
    /// The revision is not the expected one.
    #[error("commit: the ledger has changed since it was read")]
    Revision,
    /// The lease was taken over.
    #[error("commit: another engine has taken over")]
    Epoch,
}

impl Ledger {
    /// Applies one commit, or changes nothing.
    pub fn apply(&mut self, commit: Commit) -> Result<(), Conflict> {
        if commit.epoch != self.epoch {
            return Err(Conflict::Epoch);
        }
        if commit.expected != self.revision {
            return Err(Conflict::Revision);
        }
        self.revision = self.revision.next();
        for change in commit.transition.changes {
            self.change(change);
        }
        if let Some(rotation) = commit.transition.rotation {
            self.turn(rotation, commit.at);
        }
        Ok(())
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Credential(credential) => put(&mut self.credentials, credential, |c| c.no),
            Change::Version(version) => {
                self.next_version = self.next_version.max(version.no.next());
                put(&mut self.versions, version, |v| v.no);
            }
            Change::Current(no) => self.current = Some(no),
            Change::Base(at) => self.base = Some(at),
            Change::Raise(alert) => {
                self.alerts.retain(|a| a.kind != alert.kind);
                self.alerts.push(alert);
            }
            Change::Resolve(kind) => self.alerts.retain(|a| a.kind != kind),
            Change::Trusted => self.restored = false,
        }
    }

    fn turn(&mut self, rotation: Rotation, at: Timestamp) {
        if let Some(operation) = &rotation.pending {
            self.next_op = self.next_op.max(operation.seq.next());
        }
        self.next_rotation = self.next_rotation.max(rotation.id.0 + 1);
        match rotation.state {
            State::Ended(outcome) => self.end(&rotation, outcome, at),
            _ => self.rotation = Some(rotation),
        }
    }

    fn end(&mut self, rotation: &Rotation, outcome: Outcome, at: Timestamp) {
        self.rotation = None;
        self.base = Some(at);
        self.rollbacks = match outcome {
            Outcome::Done => 0,
            Outcome::RolledBack => self.rollbacks.saturating_add(1),
        };
        self.last =
            Some(Ended { id: rotation.id, outcome, at, grade: rotation.grade, from: rotation.from, to: self.current });
    }

    /// Whether a credential is what consumers get, or got until the last publish.
    pub fn served(&self, stage: Stage) -> impl Iterator<Item = &Credential> {
        self.credentials.iter().filter(move |c| c.stage == stage)
    }
}

fn put<T, K: PartialEq>(rows: &mut Vec<T>, row: T, key: impl Fn(&T) -> K) {
    match rows.iter_mut().find(|r| key(r) == key(&row)) {
        Some(found) => *found = row,
        None => rows.push(row),
    }
}
