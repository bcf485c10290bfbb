//! The JSON Schema of keybaton.toml, for editors.

use schemars::generate::SchemaSettings;

use crate::raw::File;

/// The JSON Schema (draft 2020-12) of keybaton.toml. The keys of issuers and probes depend on their connector and are
/// not in it.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>().to_value()
}
