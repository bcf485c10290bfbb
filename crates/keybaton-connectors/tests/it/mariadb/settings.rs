//! Mistakes in the settings are found without a network, and named.

use keybaton_connectors::registry;
use serde_json::{Value, json};

fn issuer(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut table = json!({ "url": "mysql://keybaton@db.example", "password": { "env": "MARIADB" }, "account": "app" });
    change(&mut table);
    registry::issuer("mariadb", &table).unwrap().map(drop).map_err(|error| error.to_string())
}

#[test]
fn the_smallest_settings_are_an_address_a_reference_and_an_account() {
    issuer(|_| {}).unwrap();
    issuer(|table| {
        table["accounts"] = json!(["app_a", "app_b"]);
        table["account"] = Value::Null;
    })
    .unwrap();
    let probe = registry::probe("mariadb", &json!({ "mariadb": "mysql://db:3306/app", "sslmode": "verify-ca" }));
    assert!(probe.unwrap().is_ok());
}

#[test]
fn every_mistake_is_named() {
    for (key, value, words) in [
        ("password", json!("hunter2"), "refer to it with"),
        ("url", json!("mysql://keybaton:hunter2@db"), "leave the password out"),
        ("url", json!("mysql://db"), "names no user"),
        ("account", json!("keybaton"), "itself logs in"),
        ("account", json!(""), "is no account"),
        ("accounts", json!(["a", "b"]), "either `account` or `accounts`"),
        ("sslmode", json!("maybe"), "unknown variant `maybe`"),
        ("timeout", json!("0s"), "no call ends in no time"),
        ("quiescence", json!("1s"), "below timeout = 10s"),
        ("acount", json!("app"), "unknown field `acount`"),
    ] {
        let error = issuer(|table| table[key] = value).unwrap_err();
        assert!(error.contains(words) && !error.contains("hunter2"), "{key}: {error}");
    }
    let error = registry::probe("mariadb", &json!({ "mariadb": "mysql://app@db" })).unwrap().unwrap_err();
    assert!(error.to_string().contains("leave the user out"), "{error}");
}
