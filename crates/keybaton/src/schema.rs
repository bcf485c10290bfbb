//! The JSON Schema of keybaton.toml for editors: that of the configuration, with the tables of every connector in it.

use keybaton_connectors::preset::{Preset, Type, presets};
use keybaton_connectors::registry::{self, Kind, Role};
use serde_json::{Map, Value, json};

/// The schema (draft 2020-12) of the whole file.
pub(crate) fn full() -> Value {
    let mut schema = keybaton_config::schema();
    let (mut issuers, mut probes, mut vaults, mut alerts) = (Vec::new(), Vec::new(), vec![embedded()], Vec::new());
    for kind in registry::ALL {
        for role in kind.roles {
            match role {
                Role::Issuer(described) => {
                    let place = format!("{}-issuer", kind.name);
                    let table = typed(kind, adopted(&mut schema, &place, described().into()));
                    issuers.push(defined(&mut schema, &place, table));
                }
                Role::Probe(described) => {
                    let place = format!("{}-probe", kind.name);
                    let table = adopted(&mut schema, &place, described().into());
                    probes.push(defined(&mut schema, &place, table));
                }
                Role::Vault(described) => {
                    let place = format!("{}-vault", kind.name);
                    let table = typed(kind, adopted(&mut schema, &place, described().into()));
                    vaults.push(defined(&mut schema, &place, table));
                }
                Role::Alert(described) => {
                    let place = format!("{}-alert", kind.name);
                    let table = typed(kind, adopted(&mut schema, &place, described().into()));
                    alerts.push(defined(&mut schema, &place, table));
                }
            }
        }
    }
    issuers.extend(presets().iter().map(|preset| based(&mut schema, preset)));
    if let Some(issuer) = schema.pointer_mut("/$defs/Issuer") {
        *issuer = json!({ "description": issuer["description"], "oneOf": issuers });
    }
    if let Some(vault) = schema.pointer_mut("/$defs/Vault") {
        *vault = json!({ "description": vault["description"], "oneOf": vaults });
    }
    if let Some(alert) = schema.pointer_mut("/$defs/Alert") {
        *alert = json!({ "description": alert["description"], "oneOf": alerts });
    }
    for table in ["Terms", "Secret"] {
        if let Some(probe) = schema.pointer_mut(&format!("/$defs/{table}/properties/probe")) {
            *probe = json!({ "description": probe["description"], "anyOf": probes });
        }
    }
    schema
}

/// The vault in the ledger is no connector.
fn embedded() -> Value {
    let kind = json!({ "const": "embedded", "description": "The vault in the ledger." });
    json!({ "type": "object", "properties": { "type": kind }, "required": ["type"], "additionalProperties": false })
}

/// An issuer that builds on a preset: its parameters, and every key of the http issuer, of which a part may be given.
fn based(schema: &mut Value, preset: &Preset) -> Value {
    let mut properties = Map::new();
    let http = schema.pointer("/$defs/http-issuer/properties").and_then(Value::as_object).cloned().unwrap_or_default();
    for (key, described) in http {
        let whole = key == "auth" || described["$ref"].is_null() && described["anyOf"].is_null();
        let part = json!({ "description": described["description"], "type": "object" });
        properties.insert(key, if whole { described } else { part });
    }
    for parameter in &preset.parameters {
        let kind = match parameter.kind {
            Type::Text => json!({ "type": "string" }),
            Type::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Type::Integer => json!({ "type": "integer" }),
            Type::Tables => json!({ "type": "array", "items": { "type": "object" } }),
            Type::Reference => json!({ "type": "object" }),
        };
        let mut described = kind;
        described["description"] = json!(parameter.description);
        properties.insert(parameter.name.clone(), described);
    }
    properties.insert("preset".to_owned(), json!({ "const": preset.name, "description": preset.summary }));
    let needed = preset.needs.iter().map(|need| need.key.as_str());
    let given =
        preset.parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.name.as_str());
    let required: Vec<&str> = ["preset", "auth"].into_iter().chain(needed).chain(given).collect();
    let table = json!({
        "type": "object", "description": preset.title, "properties": properties, "required": required,
        "additionalProperties": false,
    });
    defined(schema, &format!("{}-preset", preset.name), table)
}

/// A table of an issuer or a vault has a `type` beside its settings.
fn typed(kind: &Kind, mut table: Value) -> Value {
    if let Some(properties) = table["properties"].as_object_mut() {
        properties.insert("type".to_owned(), json!({ "const": kind.name, "description": kind.summary }));
    }
    match table["required"].as_array_mut() {
        Some(required) => required.push(json!("type")),
        None => table["required"] = json!(["type"]),
    }
    table
}

/// Takes the definitions of a connector's schema over under names of their own, and returns the rest of it.
fn adopted(schema: &mut Value, place: &str, mut described: Value) -> Value {
    renamed(&mut described, place);
    let table = described.as_object_mut();
    let definitions = table.and_then(|table| {
        table.remove("$schema");
        table.remove("title");
        table.remove("$defs")
    });
    for (name, definition) in definitions.as_ref().and_then(Value::as_object).unwrap_or(&Map::new()) {
        defined(schema, &format!("{place}.{name}"), definition.clone());
    }
    described
}

/// Adds a definition and returns a reference to it.
fn defined(schema: &mut Value, name: &str, definition: Value) -> Value {
    schema["$defs"][name] = definition;
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// Lets every reference point to the names under which the definitions are taken over.
fn renamed(value: &mut Value, place: &str) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries.iter_mut() {
                match (key.as_str(), value.as_str().and_then(|path| path.strip_prefix("#/$defs/"))) {
                    ("$ref", Some(name)) => *value = json!(format!("#/$defs/{place}.{name}")),
                    _ => renamed(value, place),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| renamed(item, place)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_presets_are_those_that_the_configuration_reads() {
        let names: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
        assert_eq!(names, keybaton_config::PRESETS);
        let schema = full();
        let issuers = schema["$defs"]["Issuer"]["oneOf"].as_array().unwrap();
        assert!(issuers.contains(&json!({ "$ref": "#/$defs/sendgrid-preset" })));
        let required = &schema["$defs"]["sendgrid-preset"]["required"];
        assert_eq!(*required, json!(["preset", "auth", "scopes"]));
    }

    #[test]
    fn every_reference_points_to_a_definition_and_every_connector_is_there() {
        let schema = full();
        let text = schema.to_string();
        for part in text.split("\"$ref\":\"#/$defs/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(!schema["$defs"][name].is_null(), "{name} is not defined");
        }
        for kind in registry::ALL {
            let is_there = |role: &str| !schema["$defs"][format!("{}-{role}", kind.name)].is_null();
            assert!(["issuer", "probe", "vault", "alert"].into_iter().any(is_there), "{}", kind.name);
        }
    }
}
