//! Schemas of what settings have in common: references to secrets.

use keybaton_types::Reference;
use schemars::{Schema, SchemaGenerator, json_schema};

/// The schema of a reference to a secret.
pub(crate) fn reference(_: &mut SchemaGenerator) -> Schema {
    Schema::try_from(Reference::json_schema()).unwrap_or_default()
}

/// The schema of a list of references to secrets.
pub(crate) fn list_of_references(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": reference(generator) })
}

/// The schema of named references to secrets.
pub(crate) fn references(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": reference(generator) })
}
