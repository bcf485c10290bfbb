//! What settings may say.

use keybaton_connectors::registry;
use serde_json::{Value, json};

use super::rig::by_token;
use crate::bench::with;

fn refused(settings: &Value) -> String {
    registry::vault("kubernetes", settings).unwrap().unwrap_err().to_string()
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let here = by_token("https://127.0.0.1:6443", &json!({}));
    for (more, at) in [
        (json!({ "url": "http://api.internal:6443" }), "url: plain http goes to loopback only"),
        (json!({ "url": "https://user:word@api.internal" }), "url: "),
        (json!({ "namespace": "Shop" }), "namespace: "),
        (json!({ "namespace": "" }), "namespace: "),
        (json!({ "field": "a/b" }), "field: "),
        (json!({ "previous": "value" }), "previous: it is another field"),
        (json!({ "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
        (json!({ "ca_file": "/nowhere.pem" }), "ca_file: /nowhere.pem has no certificates"),
        (json!({ "fields_of_others": "steal" }), "unknown variant"),
        (json!({ "more": 1 }), "unknown field"),
    ] {
        let error = refused(&with(here.clone(), &more));
        assert!(error.starts_with(at) || error.contains(at) && at.starts_with("unknown"), "{error}");
    }
    assert!(refused(&json!({})).contains("missing field `namespace`"));
    assert!(
        registry::vault("kubernetes", &json!({ "namespace": "shop" })).unwrap().is_ok(),
        "in a pod there is the rest"
    );
}

#[test]
fn two_tables_for_one_place_say_the_same_place() {
    let place = |more: &Value, name: &str| {
        let settings = with(by_token("https://Api.internal:6443/", &json!({})), more);
        registry::vault("kubernetes", &settings).unwrap().unwrap().place(name)
    };
    let first = place(&json!({}), "app").unwrap();
    assert_eq!(first, "https://api.internal:6443/shop/app#value");
    assert_eq!(first, place(&json!({ "url": "https://api.internal:6443", "timeout": "3s" }), "app").unwrap());
    for more in [json!({ "field": "x" }), json!({ "namespace": "other" })] {
        assert_ne!(first, place(&more, "app").unwrap());
    }
    assert!(place(&json!({}), "../sys").is_err());
}
