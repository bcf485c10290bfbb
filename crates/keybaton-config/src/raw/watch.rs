//! `watch = { … }`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Duration;
use crate::node::Located;

/// How long and how often the new credential is watched. Keys that are left out come from `[defaults]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Watch {
    /// Observed time that a watch needs. Default `30m`.
    #[serde(rename = "for")]
    pub(crate) span: Option<Located<Duration>>,
    /// The time between two observations. Default `1m`.
    pub(crate) every: Option<Located<Duration>>,
    /// How many answers of the same kind in a row count as a fact. Default 2.
    #[schemars(range(min = 1))]
    pub(crate) failures: Option<Located<u8>>,
}

impl Watch {
    /// Fills what is absent from `base`.
    pub(crate) fn over(self, base: Self) -> Self {
        Self {
            span: self.span.or(base.span),
            every: self.every.or(base.every),
            failures: self.failures.or(base.failures),
        }
    }
}
