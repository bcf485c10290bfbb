//! A channel: where people are told of alerts.

use async_trait::async_trait;
use keybaton_types::{Installation, RotationId, Timestamp};
use serde::Serialize;

use crate::{Called, outbox::Subject};

/// Tells people of alerts. It decides nothing: who is told, when and how often again is the courier's.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Sends one message once, within a bounded time. A receiver may get one twice: its id is the same then.
    async fn send(&self, message: &Message) -> Called<()>;

    /// Whether it can be told that somebody takes care of an alert.
    fn acknowledges(&self) -> bool {
        false
    }
}

/// What a channel tells. It carries no value and nothing that leads to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names this message; the same in every attempt to send it.
    pub id: String,
    /// Names the alert; the same in every message about it.
    pub thread: String,
    /// Which state database it comes from.
    pub installation: Installation,
    /// What it is about.
    pub subject: Subject,
    /// Who answers for the secret.
    pub owner: Option<String>,
    /// The rotation that raised it.
    pub rotation: Option<RotationId>,
    /// The kind of alert, such as `held`.
    pub kind: String,
    /// How bad it is.
    pub severity: Severity,
    /// How the alert stands.
    pub standing: Standing,
    /// What is the matter, in words.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
    /// When this came about; the same in every attempt to send it.
    pub changed: Timestamp,
    /// When it is sent, by the store's clock.
    pub at: Timestamp,
}

/// How an alert stands, as a message tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It was raised.
    Raised,
    /// It is still open, and something else is the matter.
    Changed,
    /// Somebody takes care of it.
    Acknowledged,
    /// It is over.
    Resolved,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Changed => "changed",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }
}

/// How bad an alert is. The words are those of `PagerDuty`'s Events API v2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is wrong.
    Info,
    /// Somebody has to look during the day.
    Warning,
    /// Somebody has to look soon: something does not work as it has to.
    Error,
    /// Somebody has to look now: consumers may be cut off, or a key that has to be dead lives.
    Critical,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}
