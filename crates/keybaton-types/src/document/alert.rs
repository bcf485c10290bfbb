//! An alert as it is told to people and their tools, and the documents of the command `alert`.

use serde::{Deserialize, Serialize};

/// An alert as it is told: the data of a webhook, the `alert` of a program, a row of `alert list`. It has no value and
/// nothing that leads to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alert {
    /// [`Alert::SCHEMA`].
    pub schema: String,
    /// What it is about: `NAME/ENV`, `alert.NAME` for a channel, or `keybaton`.
    pub subject: String,
    /// The secret's name.
    pub secret: Option<String>,
    /// Its environment.
    pub env: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The rotation that raised it, by its public name.
    pub rotation: Option<String>,
    /// The kind, such as `held`.
    pub kind: String,
    /// `info`, `warning`, `error` or `critical`.
    pub severity: String,
    /// `raised`, `changed`, `acknowledged` or `resolved`.
    pub standing: String,
    /// What is the matter, in words.
    pub what: String,
    /// Since when.
    pub since: String,
    /// When this came about.
    pub changed: String,
    /// Names the alert: the same in every message about it.
    pub thread: String,
}

impl Alert {
    /// The schema of this document.
    pub const SCHEMA: &str = "keybaton/alert/v1";
}

/// The document of `alert list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alerts {
    /// [`Alerts::SCHEMA`].
    pub schema: String,
    /// What is open, and what was resolved lately, the newest first.
    pub alerts: Vec<Alert>,
    /// The channels, by name.
    pub channels: Vec<ChannelRow>,
}

impl Alerts {
    /// The schema of this document.
    pub const SCHEMA: &str = "keybaton/alerts/v1";
}

/// How a channel fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelRow {
    /// Its name in the configuration.
    pub name: String,
    /// Its type.
    pub r#type: String,
    /// Whether its last attempt failed.
    pub failing: bool,
    /// Why.
    pub why: Option<String>,
    /// How many attempts have failed since a message was taken.
    pub failures: u64,
    /// How many messages were taken.
    pub messages: u64,
    /// When a message was last taken.
    pub told: Option<String>,
    /// When an attempt last failed.
    pub failed: Option<String>,
    /// How many messages wait for it.
    pub waiting: u64,
}

/// The document of `alert test`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AlertTested {
    /// [`AlertTested::SCHEMA`].
    pub schema: String,
    /// The channel.
    pub channel: String,
    /// Its type.
    pub r#type: String,
    /// Whether it took every message.
    pub taken: bool,
    /// What was sent, in order, as far as it came.
    pub steps: Vec<TestStep>,
}

impl AlertTested {
    /// The schema of this document.
    pub const SCHEMA: &str = "keybaton/alert-test/v1";
}

/// One message of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestStep {
    /// `raised`, `acknowledged` or `resolved`.
    pub standing: String,
    /// Whether it was taken.
    pub taken: bool,
    /// Why not.
    pub why: Option<String>,
}
