//! Keybaton's own login: had once, had anew where a token was ended, and named where it is refused.

use keybaton_ports::{Blame, Certainty};
use keybaton_testkit::server::{KeyVault, TENANT};
use serde_json::{Value, json};

use super::rig::{OWN, by_secret, fresh, of, publish, server, serves, vault};

fn with_login(server: &KeyVault, login: &Value) -> Value {
    let mut settings = by_secret(server, &server.url(), &json!({}));
    settings["login"] = login.clone();
    settings["login"]["authority"] = json!(server.url());
    settings
}

#[tokio::test]
async fn one_login_is_enough_for_all_calls_and_is_had_anew_when_its_token_was_ended() {
    let server = server();
    let vault = of(&server, &fresh("login"));
    publish(&*vault, 1, "value-1").await.unwrap();
    let before = server.requests();
    publish(&*vault, 2, "value-2").await.unwrap();
    assert_eq!(server.requests() - before, 3, "a list, a read and a write: no login and no challenge");
    server.forget_tokens();
    let mut tries = 0;
    while publish(&*vault, 3, "value-3").await.is_err() {
        tries += 1;
        assert!(tries < 3, "a token that was ended is not held on to");
    }
    assert!(serves(&*vault, "value-3").await);
}

#[tokio::test]
async fn a_refused_login_is_named_and_works_when_it_was_put_right() {
    let server = server();
    let vault = of(&server, &fresh("refused"));
    for (begin, says) in [
        (
            Box::new(|| server.by_expired_secret(KeyVault::APPLICATION, OWN)) as Box<dyn Fn()>,
            "has expired (AADSTS7000222)",
        ),
        (Box::new(|| server.by_secret(KeyVault::APPLICATION, "another")), "is wrong (AADSTS7000215)"),
    ] {
        begin();
        let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
        assert!(fault.to_string().contains(says), "{fault}");
    }
    server.by_secret(KeyVault::APPLICATION, OWN);
    publish(&*vault, 1, "value-1").await.unwrap();
}

#[tokio::test]
async fn an_unknown_application_and_an_unknown_directory_are_named() {
    let server = server();
    for (tenant, client, says) in [
        (TENANT, "nobody", "no such application (AADSTS700016)"),
        ("00000000-0000-0000-0000-000000000000", KeyVault::APPLICATION, "no such directory (AADSTS90002)"),
    ] {
        let login = json!({ "tenant_id": tenant, "client_id": client, "client_secret": { "env": "UNUSED" } });
        let fault = publish(&*vault(&with_login(&server, &login), &fresh("unknown")), 1, "value-1").await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
        assert!(fault.to_string().contains(says), "{fault}");
    }
}

#[tokio::test]
async fn a_workload_identity_is_a_file_that_may_come_later() {
    let server = server();
    server.by_assertion("workload", "a.b.c");
    server.allow("workload", KeyVault::RIGHTS);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let login = json!({ "by": "workload-identity", "tenant_id": TENANT, "client_id": "workload", "token_file": file });
    let vault = vault(&with_login(&server, &login), &fresh("workload"));
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::NotSent), "{fault}");
    std::fs::write(&file, "x.y.z").unwrap();
    let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
    assert!(fault.to_string().contains("workload identity: no federated credential"), "{fault}");
    std::fs::write(&file, "a.b.c").unwrap();
    publish(&*vault, 1, "value-1").await.unwrap();
    assert!(serves(&*vault, "value-1").await);
}
