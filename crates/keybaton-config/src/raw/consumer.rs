//! One of `consumers = [ … ]`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, Evidence};
use crate::node::Located;

/// A workload that uses the secret.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consumer {
    /// Its name.
    pub(crate) name: Located<String>,
    /// How we know that it has moved.
    pub(crate) evidence: Located<Evidence>,
    /// With `agent`: how many instances must have reported. Default 1.
    #[schemars(range(min = 1))]
    pub(crate) instances: Option<Located<u32>>,
    /// With `session` and `last-used`: how long the old credential must have been quiet.
    pub(crate) quiet: Option<Located<Duration>>,
}
