//! A reference to a secret, as the schema describes it.

use std::borrow::Cow;

use keybaton_types::Reference;
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Describes a reference in the schema; an `Option` of it may be left out.
pub(super) struct Described;

impl JsonSchema for Described {
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
