//! What settings may say.

use keybaton_connectors::registry;
use serde_json::{Value, json};

use super::rig::by_token;
use crate::bench::with;

fn refused(settings: &Value) -> String {
    registry::vault("hashicorp-vault", settings).unwrap().unwrap_err().to_string()
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let here = by_token("http://127.0.0.1:8200", &json!({}));
    for (more, at) in [
        (json!({ "url": "http://bao.internal:8200" }), "url: plain http goes to loopback only"),
        (json!({ "url": "https://user:word@bao.internal" }), "url: "),
        (json!({ "mount": "/secret" }), "mount: "),
        (json!({ "mount": "" }), "mount: "),
        (json!({ "field": "" }), "field: "),
        (json!({ "namespace": "a\nb" }), "namespace: "),
        (json!({ "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
        (json!({ "ca_file": "/nowhere.pem" }), "ca_file: /nowhere.pem has no certificates"),
        (json!({ "kubernetes": { "role": "a" } }), "token: one of"),
        (json!({ "more": 1 }), "unknown field"),
    ] {
        let error = refused(&with(here.clone(), &more));
        assert!(error.starts_with(at) || error.contains(at) && at == "unknown field", "{error}");
    }
    assert!(refused(&json!({ "url": "https://bao.internal" })).starts_with("token: one of"));
}

#[test]
fn two_tables_for_one_place_say_the_same_place() {
    let place = |more: &Value, name: &str| {
        let settings = with(by_token("https://Bao.internal:8200/", &json!({})), more);
        registry::vault("hashicorp-vault", &settings).unwrap().unwrap().place(name)
    };
    let first = place(&json!({}), "team/app").unwrap();
    assert_eq!(first, "https://bao.internal:8200/secret/team/app#value");
    assert_eq!(first, place(&json!({ "url": "https://bao.internal:8200", "timeout": "3s" }), "team/app").unwrap());
    for more in [json!({ "field": "x" }), json!({ "mount": "kv" }), json!({ "namespace": "n" })] {
        assert_ne!(first, place(&more, "team/app").unwrap());
    }
    assert!(place(&json!({}), "../sys").is_err());
}
