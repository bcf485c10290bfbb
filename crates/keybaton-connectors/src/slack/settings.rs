//! The keys of `[alert.NAME]` with `type = "slack"`.

use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema, timing};

/// An incoming webhook of Slack: `[alert.NAME]` with `type = "slack"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// The URL that Slack shows for the webhook. A reference, since whoever has it can post too.
    #[schemars(schema_with = "schema::reference")]
    pub url: Reference,
    /// The longest time of one attempt. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}
