//! `overlap = { … }`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, OnStraggler, Until};
use crate::node::Located;

/// The time in which both credentials work. Keys that are left out come from `[defaults]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overlap {
    /// The floor, counted from the confirmed publish. Default `1h`; at least `watch.for`.
    pub(crate) min: Option<Located<Duration>>,
    /// When `on_straggler` applies. Default `7d`.
    pub(crate) max: Option<Located<Duration>>,
    /// What ends it: evidence that every consumer has moved (the default), or time alone.
    pub(crate) until: Option<Located<Until>>,
    /// What happens at `max` when somebody still uses the old credential. Default `hold`.
    pub(crate) on_straggler: Option<Located<OnStraggler>>,
}

impl Overlap {
    /// Fills what is absent from `base`.
    pub(crate) fn over(self, base: Self) -> Self {
        Self {
            min: self.min.or(base.min),
            max: self.max.or(base.max),
            until: self.until.or(base.until),
            on_straggler: self.on_straggler.or(base.on_straggler),
        }
    }
}
