//! `[state]`.

use keybaton_types::Reference;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::node::Located;

/// Where the ledger is kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct State {
    /// The database. Default `sqlite:.keybaton/state.db`.
    pub(crate) url: Option<Located<String>>,
    /// The master key. Default `{ file = ".keybaton/master.key" }`.
    #[schemars(schema_with = "reference")]
    pub(crate) master_key: Option<Located<Reference>>,
}

fn reference(_: &mut SchemaGenerator) -> Schema {
    Schema::try_from(Reference::json_schema()).unwrap_or_default()
}
