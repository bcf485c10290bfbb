//! The keys of `[alert.NAME]` with `type = "pagerduty"`.

use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema, timing};

/// Events of `PagerDuty`: `[alert.NAME]` with `type = "pagerduty"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// The integration key of a service, for the Events API v2.
    #[schemars(schema_with = "schema::reference")]
    pub routing_key: Reference,
    /// Where the account lives: `us` or `eu`. Default: `us`.
    #[serde(default)]
    pub region: Region,
    /// Where events are posted instead, for a relay of one's own.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub url: Option<Reference>,
    /// The longest time of one attempt. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// Where an account of `PagerDuty` lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Region {
    /// In the United States.
    #[default]
    Us,
    /// In the European Union.
    Eu,
}

impl Region {
    /// Where its events are posted (`PagerDuty`'s reference of the Events API v2).
    pub(super) fn url(self) -> &'static str {
        match self {
            Self::Us => "https://events.pagerduty.com/v2/enqueue",
            Self::Eu => "https://events.eu.pagerduty.com/v2/enqueue",
        }
    }
}
