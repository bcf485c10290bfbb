//! Keybaton's own login: had, renewed, and had anew once where it was refused.

use std::time::{Duration, Instant};

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::server::OpenBao;
use serde_json::{Value, json};

use super::rig::{by_token, fresh, publish, serves, vault};
use crate::bench::{text, with};

const POLICY: &str = r#"path "secret/*" { capabilities = ["create", "read", "update", "patch"] }"#;

/// A role whose tokens live so long, its id, and a secret id of it.
fn role(bao: &OpenBao, name: &str, ttl: &str) -> (String, String) {
    bao.ask("POST", "sys/auth/approle", &json!({ "type": "approle" }));
    bao.policy(name, POLICY);
    let role = format!("auth/approle/role/{name}");
    bao.run("POST", &role, &json!({ "token_ttl": ttl, "token_max_ttl": ttl, "token_policies": [name] }));
    let id = bao.run("GET", &format!("{role}/role-id"), &Value::Null)["data"]["role_id"].as_str().unwrap().to_owned();
    let secret_id =
        bao.run("POST", &format!("{role}/secret-id"), &json!({}))["data"]["secret_id"].as_str().unwrap().to_owned();
    (id, secret_id)
}

fn by_role(bao: &OpenBao, role_id: &str) -> Value {
    json!({ "url": bao.url(), "approle": { "role_id": role_id, "secret_id": { "env": "UNUSED" } } })
}

/// How many tokens of a role there are.
fn tokens(bao: &OpenBao, role: &str) -> usize {
    let (_, list) = bao.ask("LIST", "auth/token/accessors", &Value::Null);
    let all = list["data"]["keys"].as_array().cloned().unwrap_or_default();
    let is_its = |accessor: &&Value| {
        let (_, token) = bao.ask("POST", "auth/token/lookup-accessor", &json!({ "accessor": accessor }));
        token["data"]["meta"]["role_name"] == json!(role)
    };
    all.iter().filter(is_its).count()
}

#[tokio::test]
async fn a_login_is_kept_and_had_anew_when_it_was_ended_by_others() {
    let Some(bao) = OpenBao::start().await else { return };
    let (role_id, secret_id) = role(&bao, "kept", "1h");
    let vault = vault(&by_role(&bao, &role_id), &fresh("session"), Some(text(&secret_id)));
    publish(&*vault, 1, "value-1").await.unwrap();
    publish(&*vault, 2, "value-2").await.unwrap();
    assert_eq!(tokens(&bao, "kept"), 1, "one login for all calls");
    bao.run("PUT", "sys/leases/revoke-prefix/auth/approle/login", &Value::Null);
    assert_eq!(tokens(&bao, "kept"), 0);
    publish(&*vault, 3, "value-3").await.unwrap();
    assert!(serves(&*vault, "value-3").await);
    assert_eq!(tokens(&bao, "kept"), 1, "and one more when it was ended");
}

#[tokio::test]
async fn a_login_that_its_policy_refuses_is_tried_once_more_and_then_named() {
    let Some(bao) = OpenBao::start().await else { return };
    let (role_id, secret_id) = role(&bao, "narrow", "1h");
    bao.policy("narrow", r#"path "other/*" { capabilities = ["read"] }"#);
    let vault = vault(&by_role(&bao, &role_id), &fresh("session"), Some(text(&secret_id)));
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    assert!(tokens(&bao, "narrow") <= 2, "it never loops");
    bao.run("POST", "auth/approle/role/narrow/secret-id/destroy", &json!({ "secret_id": secret_id }));
    bao.run("PUT", "sys/leases/revoke-prefix/auth/approle/login", &Value::Null);
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("login is refused") && !fault.to_string().contains(&secret_id), "{fault}");
}

#[tokio::test]
async fn a_login_that_ends_soon_is_replaced_before_it_does() {
    let Some(bao) = OpenBao::shared().await else { return };
    let (role_id, secret_id) = role(bao, "soon", "2s");
    let vault = vault(&by_role(bao, &role_id), &fresh("session"), Some(text(&secret_id)));
    let (start, mut number) = (Instant::now(), 0);
    while start.elapsed() < Duration::from_secs(5) {
        number += 1;
        publish(&*vault, number, "value").await.unwrap();
    }
    assert!(number > 3, "calls went on beyond the life of one login");
}

#[tokio::test]
async fn a_given_token_is_renewed_and_one_that_has_ended_is_named() {
    let Some(bao) = OpenBao::shared().await else { return };
    bao.policy("given", POLICY);
    let make = |more: Value| {
        let asked = with(json!({ "policies": ["given"] }), &more);
        let made = bao.run("POST", "auth/token/create", &asked);
        made["auth"]["client_token"].as_str().unwrap().to_owned()
    };
    let build = |token: &str| vault(&by_token(&bao.url(), &json!({})), &fresh("given"), Some(text(token)));
    let periodic = build(&make(json!({ "period": "3s" })));
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(7) {
        assert!(periodic.served(&super::rig::secret()).await.is_ok(), "it is renewed while it is used");
    }
    let token = make(json!({ "ttl": "1h" }));
    let ended = build(&token);
    publish(&*ended, 1, "value-1").await.unwrap();
    bao.run("POST", "auth/token/revoke", &json!({ "token": token }));
    let fault = publish(&*ended, 2, "value-2").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
}

/// The method itself needs a cluster: a server that takes any token of a pod stands for it, by the same requests.
#[tokio::test]
async fn the_token_of_a_pod_is_read_at_each_login() {
    let Some(bao) = OpenBao::shared().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let settings = json!({ "url": bao.url(), "kubernetes": { "role": "app", "token_file": file } });
    let vault = vault(&settings, &fresh("pod"), None);
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    assert!(fault.to_string().contains("cannot be read"), "{fault}");
    std::fs::write(&file, "a.b.c\n").unwrap();
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert!(fault.to_string().contains("auth/kubernetes/login"), "{fault}");
}
