//! The keys of `[alert.NAME]` with `type = "webhook"`.

use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema, timing};

/// A signed document that is posted for each alert: `[alert.NAME]` with `type = "webhook"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// Where it is posted: an https URL, or http on this machine. A reference, since whoever has it can post too.
    #[schemars(schema_with = "schema::reference")]
    pub url: Reference,
    /// The secrets that sign it, each `whsec_` and base64 as Standard Webhooks says, at most eight. With several there are
    /// as many signatures, so that a receiver can move from one to the next. Without one nothing is signed.
    #[serde(default)]
    #[schemars(schema_with = "schema::list_of_references")]
    pub signing: Vec<Reference>,
    /// The longest time of one attempt. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}
