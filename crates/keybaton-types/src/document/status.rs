//! `keybaton/status/v1`: every secret, the oldest key first.

use serde::{Deserialize, Serialize};

use super::{Errand, Pause};
use crate::Phase;

/// Every secret, the oldest key first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status {
    /// `keybaton/status/v1`.
    pub schema: String,
    /// The secrets.
    pub secrets: Vec<Secret>,
    /// The engines that are alive.
    pub engines: Vec<String>,
    /// What is wrong with keybaton itself: channels for alerts that fail, work that nobody does.
    #[serde(default)]
    pub alerts: Vec<String>,
}

impl Status {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/status/v1";
}

/// One secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Secret {
    /// Its name.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The version that consumers get; null before it is adopted or rotated for the first time.
    pub version: Option<u64>,
    /// The age of the current credential.
    pub age_seconds: Option<u64>,
    /// The age at which it is overdue.
    pub max_age_seconds: Option<u64>,
    /// Where its rotation is.
    pub phase: Phase,
    /// The active rotation.
    pub rotation: Option<String>,
    /// Why it is held.
    pub hold: Option<String>,
    /// What a person has to do at the service before it goes on.
    pub errand: Option<Errand>,
    /// What the drain waits for: everybody who has not shown that they have moved, since when, and why it is not known.
    pub waits: Vec<String>,
    /// How many credentials the issuer accepts, as far as we know.
    pub live_credentials: usize,
    /// When the schedule names the next firing.
    pub next_rotation: Option<String>,
    /// How long that is from now.
    pub next_rotation_seconds: Option<u64>,
    /// Whether the schedule is due now.
    pub due: bool,
    /// The pause that keeps the schedule from starting a rotation.
    pub paused: Option<Pause>,
    /// Whether the current credential is older than `max_age`.
    pub overdue: bool,
    /// Who uses it.
    pub consumers: Consumers,
    /// Other secrets that hold the same value.
    pub shared_with: Vec<String>,
    /// Alerts that nobody has resolved.
    pub alerts: Vec<String>,
}

/// Who uses a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Consumers {
    /// Consumers declared in the configuration.
    pub declared: usize,
    /// Instances seen.
    pub instances: usize,
    /// Instances that are on the current credential.
    pub on_current: usize,
    /// Instances that may still use another one.
    pub stragglers: Vec<Straggler>,
}

/// An instance that may still use another credential than the current one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Straggler {
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// When it was last seen with the other credential.
    pub last: String,
}
