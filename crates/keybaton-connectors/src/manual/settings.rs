//! The keys of a manual issuer.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::duration;

/// A service without an API for keys: `[issuer.NAME]` with `type = "manual"`. A person makes and deletes the keys.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// How to make the key: where, with which scopes. A template that may use `label`, `secret` and `env`.
    pub instructions: String,
    /// How to delete a key. A template that may use `id`, `secret` and `env`. Default: `delete the key {{ id }}`.
    #[serde(default = "delete")]
    pub revoke_instructions: String,
    /// The page where keys are made and deleted; https, or plain http to loopback. It is shown with both instructions.
    pub url: Option<String>,
    /// From then on a person is late, and an alert says so; no rotation ends by it. Default: 3d.
    #[serde(default = "three_days", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub deadline: Duration,
    /// How often a person is reminded; at least 1s. Default: 1d.
    #[serde(default = "one_day", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub remind: Duration,
    /// How many keys may live at once, foreign ones included. No bound by default.
    pub max_credentials: Option<u32>,
    /// A new key may be refused this long, and a deleted one may still work. Default: 0s.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
}

fn delete() -> String {
    "delete the key {{ id }}".to_owned()
}

fn three_days() -> Duration {
    Duration::from_hours(3 * 24)
}

fn one_day() -> Duration {
    Duration::from_hours(24)
}
