//! `[state]`.

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use super::reference::Described;
use crate::node::Located;

/// Where the ledger is kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// The database. Default `sqlite:.keybaton/state.db`.
    pub(crate) url: Option<Located<String>>,
    /// The master key. Default `{ file = ".keybaton/master.key" }`.
    #[schemars(with = "Option<Described>")]
    pub(crate) master_key: Option<Located<Reference>>,
}
