//! How long both credentials work, what ends that time, and how closely it is watched.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The time in which both credentials work; all of it counts from the confirmed publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Overlap {
    /// The floor.
    pub min: Duration,
    /// When `on_straggler` applies.
    pub max: Duration,
    /// What ends it.
    pub until: Until,
    /// What happens at `max` when somebody still uses the old credential.
    pub on_straggler: OnStraggler,
}

/// What ends the overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// Evidence that every consumer has moved.
    AllConsumers,
    /// Time alone; only a fresh use of the old credential blocks.
    Time,
}

/// What happens at `overlap.max` when somebody still uses the old credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnStraggler {
    /// Both credentials stay alive and a person is called.
    Hold,
    /// The old credential dies; the record names who was cut off.
    Revoke,
    /// The new credential is taken back.
    Rollback,
}

/// How long and how often the new credential is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WatchFor {
    /// Observed time that a watch needs; gaps do not count.
    pub span: Duration,
    /// The time between two observations.
    pub every: Duration,
    /// How many answers of the same kind in a row count as a fact.
    pub failures: u8,
}

/// What an attributed failure of the new credential does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rollback {
    /// It rolls back at once.
    Auto,
    /// It holds and asks a person.
    Ask,
    /// It holds; rolling back is left to a person altogether.
    Off,
}
