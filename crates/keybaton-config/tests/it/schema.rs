//! The JSON Schema, beside the crate so that editors and readers find it.

use std::path::Path;

use keybaton_config::schema;

#[test]
fn the_schema_beside_the_crate_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("keybaton.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("KEYBATON_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == text, "keybaton.schema.json is out of date: run this test with KEYBATON_BLESS=1");
}

#[test]
fn the_schema_knows_every_key_and_allows_no_other() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> = value["properties"].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(
        keys(&schema),
        ["alert", "defaults", "issuer", "secret", "server", "signal", "state", "vault", "version"]
    );
    let secret = keys(&schema["$defs"]["Secret"]);
    for key in ["env", "every", "cron", "overlap", "consumers", "issuer"] {
        assert!(secret.iter().any(|found| found == key), "{key} is not in {secret:?}");
    }
    assert_eq!(
        schema["$defs"]["Watch"]["properties"]["for"]["description"],
        "Observed time that a watch needs. Default `30m`."
    );
}

#[test]
fn nothing_of_the_state_must_be_written() {
    let state = &schema()["$defs"]["State"];
    assert!(state["required"].is_null(), "{state}");
}
