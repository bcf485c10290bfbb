//! The schema of the settings says what reading them does.

use keybaton_connectors::registry::{self, Role};
use serde_json::Value;

fn schemas() -> [Value; 2] {
    let schemas: Vec<Value> = registry::find("http")
        .unwrap()
        .roles
        .iter()
        .map(|role| match role {
            Role::Issuer(schema) | Role::Probe(schema) | Role::Vault(schema) | Role::Alert(schema) => {
                schema().to_value()
            }
        })
        .collect();
    schemas.try_into().unwrap()
}

#[test]
fn every_key_has_a_description() {
    for schema in schemas() {
        let defs = schema["$defs"].as_object().into_iter().flat_map(|defs| defs.values());
        for table in std::iter::once(&schema).chain(defs) {
            let Some(properties) = table["properties"].as_object() else { continue };
            for (key, property) in properties {
                assert!(property["description"].is_string(), "{key} has no description: {property}");
            }
        }
    }
}

#[test]
fn a_reference_in_the_schema_is_a_table_and_never_a_text() {
    let [issuer, _] = schemas();
    let bearer = &issuer["$defs"]["Auth"]["properties"]["bearer"];
    assert!(
        bearer["oneOf"].as_array().is_some_and(|forms| forms.iter().all(|form| form["type"] == "object")),
        "{bearer}"
    );
}
