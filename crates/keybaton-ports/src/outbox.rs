//! The outbox: what channels have yet to be told. Alerts of a ledger come into it with the commit that raises them.

use std::{fmt, str::FromStr, time::Duration};

use async_trait::async_trait;
use keybaton_types::{NameError, RotationId, SecretId, Timestamp};

use crate::StoreError;

/// What channels have yet to be told, beside the ledgers. Every method is one transaction. Notices of the same subject,
/// rotation and kind are one: it is opened again, never written twice.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Raises an alert that belongs to no ledger; one that is open gets the new words.
    async fn raise(&self, subject: &Subject, kind: &str, what: &str) -> Result<(), StoreError>;

    /// Closes it, if it is open.
    async fn close(&self, subject: &Subject, kind: &str) -> Result<(), StoreError>;

    /// Every notice that is kept, the newest first, at most `limit`.
    async fn notices(&self, limit: u32) -> Result<Vec<Notice>, StoreError>;

    /// What a channel has not been told and may be told now, oldest first, with numbers above `after`.
    async fn due(&self, channel: &str, after: u64, limit: u32) -> Result<Vec<Due>, StoreError>;

    /// Takes a channel for a while, so that only one process sends on it; false when another one has it. A channel that
    /// is new hears of what is open, and of nothing that was over before.
    async fn take(&self, channel: &str, holder: &str, span: Duration) -> Result<bool, StoreError>;

    /// Gives a channel up.
    async fn give_up(&self, channel: &str, holder: &str) -> Result<(), StoreError>;

    /// Records how an attempt ended.
    async fn settle(&self, channel: &str, attempt: &Attempt) -> Result<(), StoreError>;

    /// How each channel fares that was ever used.
    async fn channels(&self) -> Result<Vec<Fared>, StoreError>;

    /// Drops what was over before this time, whoever was told.
    async fn prune(&self, before: Timestamp) -> Result<(), StoreError>;

    /// Says that an engine works now, whether or not it stays.
    async fn pulse(&self) -> Result<(), StoreError>;

    /// When an engine last said that it was alive, by whichever process.
    async fn last_beat(&self) -> Result<Option<Timestamp>, StoreError>;
}

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A secret.
    Secret(SecretId),
    /// A channel for alerts, by name.
    Channel(String),
    /// keybaton itself.
    Keybaton,
}

/// What stands before the name of a channel in the text of a subject.
const CHANNEL: &str = "alert.";

/// The text of keybaton itself as a subject.
const KEYBATON: &str = "keybaton";

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(secret) => secret.fmt(f),
            Self::Channel(name) => write!(f, "{CHANNEL}{name}"),
            Self::Keybaton => f.write_str(KEYBATON),
        }
    }
}

impl FromStr for Subject {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        match text.strip_prefix(CHANNEL).filter(|name| !name.contains('/')) {
            Some(name) => Ok(Self::Channel(name.to_owned())),
            None if text == KEYBATON => Ok(Self::Keybaton),
            None => text.parse().map(Self::Secret),
        }
    }
}

/// An alert as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub no: u64,
    /// What it is about.
    pub subject: Subject,
    /// The rotation that raised it.
    pub rotation: Option<RotationId>,
    /// The kind, such as `held`.
    pub kind: String,
    /// What is the matter, in words.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
    /// Since when it is over.
    pub closed: Option<Timestamp>,
    /// Grows with each change that is worth telling.
    pub turn: u64,
    /// When the last one was.
    pub changed: Timestamp,
}

/// Something that a channel has yet to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub notice: Notice,
    /// How often it was tried since it was last told.
    pub tries: u32,
    /// When the channel was last told that this is open, if that is what it was told last.
    pub told_open: Option<Timestamp>,
}

/// An attempt to tell something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The notice.
    pub notice: u64,
    /// Its turn that was told.
    pub turn: u64,
    /// Whether that turn had it open.
    pub open: Openness,
    /// How it ended.
    pub ended: Ended,
}

/// Whether an alert was open when it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// It was.
    Open,
    /// It was over.
    Over,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told.
    Told,
    /// It was not, or nobody knows.
    Failed {
        /// Why, without any value.
        why: String,
        /// How long to wait before the next attempt.
        again: Duration,
    },
}

/// How a channel fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fared {
    /// The channel.
    pub channel: String,
    /// When a message was last taken.
    pub told: Option<Timestamp>,
    /// When one last failed.
    pub failed: Option<Timestamp>,
    /// Why.
    pub why: Option<String>,
    /// How many attempts have failed since one was taken.
    pub failures: u64,
    /// How many messages were taken in all.
    pub messages: u64,
}

impl Fared {
    /// Whether its last attempt failed.
    pub fn is_failing(&self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_is_written() {
        let subjects = [
            Subject::Keybaton,
            Subject::Channel("ops".to_owned()),
            Subject::Secret("payments/prod".parse().unwrap()),
            Subject::Secret("keybaton/prod".parse().unwrap()),
        ];
        for subject in subjects {
            assert_eq!(subject.to_string().parse::<Subject>().unwrap(), subject);
        }
        assert!("nothing".parse::<Subject>().is_err());
    }
}
