//! `[state]`.

use std::borrow::Cow;

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
    #[schemars(with = "Option<MasterKey>")]
    pub(crate) master_key: Option<Located<Reference>>,
}

/// Describes a reference in the schema; an `Option` of it may be left out.
struct MasterKey;

impl JsonSchema for MasterKey {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::try_from(Reference::json_schema()).unwrap_or_default()
    }
}
