//! Settings that cannot work are refused when the connector is built, by the name of the setting.

use keybaton_connectors::build::{BuildError, BuildIssuer};
use keybaton_connectors::http::{HttpIssuer, IssuerSettings};
use keybaton_connectors::registry;
use serde_json::{Value, json};

use super::rig::{everything, secret, text};

fn good() -> Value {
    json!({
        "base": "https://api.acme.example",
        "auth": { "bearer": { "env": "T" } },
        "create": { "request": "POST /v1/keys", "json": { "name": "{{ label }}" }, "id": "$.id", "value": "$.secret" },
        "list": { "request": "GET /v1/keys", "items": "$.keys[*]", "id": "$.id" },
        "disable": { "request": "POST /v1/keys/{{ id }}/disable" },
        "enable": { "request": "POST /v1/keys/{{ id }}/enable" },
        "revoke": { "request": "DELETE /v1/keys/{{ id }}", "gone": [404] },
    })
}

fn read(table: &Value) -> Result<Box<dyn BuildIssuer>, BuildError> {
    registry::issuer("http", table).unwrap()
}

/// Refuses the good settings with one of them changed; a change to null removes it.
fn refused(at: &str, value: Value) -> String {
    let mut table = good();
    let mut keys: Vec<&str> = at.split('.').collect();
    let last = keys.pop().unwrap();
    let place = keys.into_iter().fold(&mut table, |table, key| &mut table[key]).as_object_mut().unwrap();
    if value.is_null() {
        place.remove(last);
    } else {
        place.insert(last.to_owned(), value);
    }
    match read(&table) {
        Ok(_) => panic!("{at} was taken: {table}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_good_settings_are_good() {
    let settings = read(&good()).unwrap();
    assert_eq!(settings.references().len(), 1);
    let issuer = settings.build(&secret(), vec![text("t")]).unwrap();
    assert!(issuer.listing().is_some() && issuer.switching().is_some() && issuer.sessions().is_none());
    let traits = issuer.traits();
    assert_eq!((traits.timeout.as_secs(), traits.quiescence.as_secs(), traits.propagation.as_secs()), (10, 30, 0));
}

#[test]
fn a_setting_that_cannot_work_is_refused_by_its_name() {
    for (at, value, words) in [
        ("base", json!("http://api.acme.example"), "base: plain http goes to loopback only"),
        ("base", json!("https://u:hunter2@api.acme.example"), "base: a URL never holds a user or a password"),
        ("timeout", json!("0s"), "timeout: no call ends in no time"),
        ("quiescence", json!("9s"), "quiescence: 9s is below timeout = 10s"),
        ("max_credentials", json!(0), "max_credentials: "),
        ("create.request", json!("POST v1/keys"), "create.request: the path begins with a slash"),
        ("create.request", json!("FETCH /v1"), "create.request: it is a method and where to"),
        ("create.request", json!("POST /v1/{{ value }}"), "create.request: a value never stands in a URL"),
        ("create.request", json!("POST /v1/{{ id }}"), "create.request: {{ id }} is not known here"),
        ("create.request", json!("POST /v1/{{ label"), "create.request: the template cannot be read"),
        ("create.json.name", json!("{{ lable }}"), "create.json.name: {{ lable }} is not known here"),
        ("create.json.name", json!("{{ value }}"), "create.value: the request sends {{ value }}"),
        ("create.form", json!({}), "create: a request has json or form"),
        (
            "create.headers",
            json!({ "Authorization": "Bearer hunter2" }),
            "create.headers.authorization: keybaton authenticates by auth",
        ),
        ("create.headers", json!({ "Host": "x" }), "create.headers.Host: keybaton writes this header itself"),
        ("create.headers", json!({ "A B": "x" }), "create.headers.A B: this is not the name of a header"),
        ("create.id", json!("id"), "create.id: \"id\" is not a JSONPath"),
        ("create.value", Value::Null, "create.value: where is the new value?"),
        ("list.items", json!("$.keys["), "list.items: "),
        ("list.request", json!("GET /v1/{{ id }}"), "list.request: {{ id }} is not known here"),
        ("disable", Value::Null, "disable: disable and enable go together"),
        ("enable", Value::Null, "enable: disable and enable go together"),
        ("revoke.gone", json!([4040]), "revoke.gone: 4040 is no final status"),
        ("auth", json!({ "header": "A B", "value": { "env": "T" } }), "auth.header: \"A B\" is not the name"),
        ("auth", json!({ "basic": { "user": "a:b", "password": { "env": "T" } } }), "auth.basic.user: "),
    ] {
        let error = refused(at, value);
        assert!(error.starts_with(words), "{at}: {error}");
        assert!(!error.contains("hunter2"), "{at}: {error}");
    }
}

#[test]
fn a_wrong_shape_is_refused_and_no_literal_is_repeated() {
    for (at, value, words) in [
        ("bsae", json!("x"), "unknown field `bsae`"),
        ("create.jsn", json!({}), "unknown field `jsn`"),
        ("revoke", Value::Null, "missing field `revoke`"),
        ("timeout", json!("10"), "`10` has no unit"),
        ("auth", json!({ "bearer": "hunter2" }), "a secret never stands in the configuration itself"),
        (
            "auth",
            json!({ "basic": { "user": "u", "password": "hunter2" } }),
            "a secret never stands in the configuration",
        ),
        ("auth", json!({ "bearer": { "env": "A" }, "value": { "env": "B" } }), "auth is one of"),
        ("auth", json!({ "header": "X" }), "auth is one of"),
        ("auth", json!({}), "auth is one of"),
        ("list.enabled", json!({ "path": "$.x" }), "a JSONPath of true or false, or { path"),
    ] {
        let error = refused(at, value);
        assert!(error.contains(words), "{at}: {error}");
        assert!(!error.contains("hunter2"), "{at}: {error}");
    }
}

#[test]
fn a_resolved_secret_that_cannot_be_sent_is_refused_and_not_shown() {
    let settings: IssuerSettings = serde_json::from_value(good()).unwrap();
    let build = |auth: Option<&str>| HttpIssuer::new(&settings, &secret(), auth.map(text).into_iter().collect()).err();
    for bad in ["hunter2\n", "hunter2\u{0}", ""] {
        let error = build(Some(bad)).unwrap();
        assert!(matches!(error, BuildError::Secret { .. }), "{error}");
        assert!(!everything(&error).contains("hunter2"), "{error}");
    }
    assert!(build(None).is_some());
    assert!(build(Some("hunter2")).is_none());
}

#[test]
fn a_probe_that_proves_nothing_or_tells_everybody_is_refused() {
    for (table, words) in [
        (json!({ "http": "GET https://a.example/" }), "http: a probe presents {{ value }}"),
        (
            json!({ "http": "GET https://a.example/?k={{ value }}", "bearer": "{{ value }}" }),
            "http.request: a value never stands in a URL",
        ),
        (json!({ "http": "GET https://{{ id }}.a.example/", "bearer": "{{ value }}" }), "http: it is not a URL"),
        (json!({ "http": "GET http://a.example/", "bearer": "{{ value }}" }), "http: plain http goes to loopback only"),
        (json!({ "http": "GET /health", "bearer": "{{ value }}" }), "http: it is a method and a URL"),
        (json!({ "http": "https://a.example/", "bearer": "{{ value }}" }), "http: it is a method and"),
        (json!({ "http": "GET https://a.example", "bearer": "hunter2" }), "http: a probe presents {{ value }}"),
        (
            json!({ "http": "GET https://a.example", "headers": { "Cookie": "s=hunter2", "X": "{{ value }}" } }),
            "headers.cookie: a secret never stands in the configuration itself",
        ),
        (
            json!({ "http": "GET https://a.example", "bearer": "{{ value }}", "headers": { "Authorization": "{{ value }}" } }),
            "headers.authorization: bearer or basic writes this header",
        ),
        (
            json!({ "http": "GET https://a.example", "bearer": "{{ value }}", "basic": { "user": "u", "password": "{{ value }}" } }),
            "bearer: a probe has bearer or basic",
        ),
        (
            json!({ "http": "GET https://a.example", "bearer": "{{ value }}", "ok": [200, 401] }),
            "ok: 401 is in unauthorized too",
        ),
        (json!({ "http": "GET https://a.example", "bearer": "{{ value }}", "ok": [] }), "ok: "),
    ] {
        let error =
            registry::probe("http", &table).unwrap().err().unwrap_or_else(|| panic!("{table} was taken")).to_string();
        assert!(error.starts_with(words), "{table}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
