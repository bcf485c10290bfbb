//! `emergency = { … }`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Duration;
use crate::node::Located;

/// What an emergency rotation does differently. Keys that are left out come from `[defaults]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Emergency {
    /// The old credential dies this long after the publish even if somebody still uses it. Default `60s`.
    pub(crate) force_after: Option<Located<Duration>>,
}

impl Emergency {
    /// Fills what is absent from `base`.
    pub(crate) fn over(self, base: Self) -> Self {
        Self { force_after: self.force_after.or(base.force_after) }
    }
}
