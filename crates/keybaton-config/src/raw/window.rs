//! `window = { … }`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::node::Located;

/// The hours of the week in which a rotation may start.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    /// The days on which it opens, such as `["tue", "wed"]`. Default: every day.
    pub(crate) days: Option<Located<Vec<String>>>,
    /// When it opens, such as `"02:00"`.
    pub(crate) from: Located<String>,
    /// When it closes; before `from` means on the next day.
    pub(crate) to: Located<String>,
}
