//! Mistakes in the settings are found without a network, and named.

use keybaton_connectors::registry;
use serde_json::{Value, json};

fn issuer(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut table = json!({ "url": "postgres://keybaton@db:5432/app", "password": { "env": "PG" }, "owner": "app" });
    change(&mut table);
    registry::issuer("postgres", &table).unwrap().map(drop).map_err(|error| error.to_string())
}

#[test]
fn the_smallest_settings_are_an_address_a_reference_and_an_owner() {
    issuer(|_| {}).unwrap();
    let probe = registry::probe("postgres", &json!({ "postgres": "db:5432/app", "sslmode": "verify-ca" }));
    assert!(probe.unwrap().is_ok());
}

#[test]
fn every_mistake_is_named() {
    for (key, value, words) in [
        ("password", json!("hunter2"), "refer to it with"),
        ("url", json!("postgres://keybaton:hunter2@db/app"), "leave the password out"),
        ("url", json!("postgres://db/app"), "names no user"),
        ("owner", json!("keybaton"), "itself logs in"),
        ("members", json!(["a", "a"]), "three different roles"),
        ("members", json!(["a"]), "an array of length 2"),
        ("sslmode", json!("maybe"), "unknown variant `maybe`"),
        ("timeout", json!("0s"), "no call ends in no time"),
        ("quiescence", json!("1s"), "below timeout = 10s"),
        ("databse", json!("app"), "unknown field `databse`"),
    ] {
        let error = issuer(|table| table[key] = value).unwrap_err();
        assert!(error.contains(words) && !error.contains("hunter2"), "{key}: {error}");
    }
    let error = registry::probe("postgres", &json!({ "postgres": "postgres://app@db/app" })).unwrap().unwrap_err();
    assert!(error.to_string().contains("leave the user out"), "{error}");
}
