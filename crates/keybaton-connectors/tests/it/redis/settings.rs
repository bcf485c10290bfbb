//! Mistakes in the settings are found without a network, and named.

use keybaton_connectors::registry;
use serde_json::{Value, json};

fn issuer(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut table = json!({
        "url": "rediss://cache.example:6380", "auth": { "user": "keybaton", "password": { "env": "REDIS" } },
        "user": "app",
    });
    change(&mut table);
    registry::issuer("redis", &table).unwrap().map(drop).map_err(|error| error.to_string())
}

#[test]
fn the_smallest_settings_are_an_address_a_login_and_a_user() {
    issuer(|_| {}).unwrap();
    issuer(|table| table["auth"] = json!({ "password": { "env": "REDIS" } })).unwrap();
    issuer(|table| {
        table["users"] = json!(["app_a", "app_b"]);
        table["user"] = Value::Null;
    })
    .unwrap();
    assert!(registry::probe("redis", &json!({ "redis": "rediss://cache.example" })).unwrap().is_ok());
}

#[test]
fn every_mistake_is_named() {
    for (key, value, words) in [
        ("auth", json!({ "password": "hunter2" }), "refer to it with"),
        ("url", json!("rediss://:hunter2@cache"), "leave the password out"),
        ("url", json!("redis://cache.example"), "this machine alone"),
        ("user", json!("keybaton"), "itself logs in"),
        ("user", json!("a b"), "no name of a user"),
        ("users", json!(["a", "b"]), "either `user` or `users`"),
        ("persist", json!("maybe"), "unknown variant `maybe`"),
        ("timeout", json!("0s"), "no call ends in no time"),
        ("quiescence", json!("1s"), "below timeout = 10s"),
        ("usr", json!("app"), "unknown field `usr`"),
    ] {
        let error = issuer(|table| table[key] = value).unwrap_err();
        assert!(error.contains(words) && !error.contains("hunter2"), "{key}: {error}");
    }
    for (users, words) in [(json!(["a", "a"]), "two different users"), (json!(["a", "keybaton"]), "itself logs in")] {
        let error = issuer(|table| {
            table["users"] = users;
            table["user"] = Value::Null;
        });
        assert!(error.unwrap_err().contains(words));
    }
    let error = issuer(|table| {
        table["users"] = json!(["a", "b"]);
        table["user"] = Value::Null;
        table["on_revoke"] = json!("end-connections");
    });
    assert!(error.unwrap_err().contains("belongs to `user`"));
    let error = registry::probe("redis", &json!({ "redis": "rediss://app@cache" })).unwrap().unwrap_err();
    assert!(error.to_string().contains("user out"), "{error}");
}
