//! What settings may say.

use keybaton_connectors::registry;
use serde_json::{Value, json};

use crate::bench::with;

fn refused(settings: &Value) -> String {
    registry::vault("azure-key-vault", settings).unwrap().unwrap_err().to_string()
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let here = json!({ "url": "https://my-vault.vault.azure.net" });
    assert!(registry::vault("azure-key-vault", &here).unwrap().is_ok(), "a login of the surroundings is the default");
    let secret = json!({ "env": "X" });
    for (more, at) in [
        (json!({ "url": "http://127.0.0.1:8443" }), "url: a key vault is spoken to by https only"),
        (json!({ "url": "https://my-vault.vault.azure.net/secrets/x" }), "url: it is the vault itself"),
        (json!({ "url": "https://user@my-vault.vault.azure.net" }), "url: "),
        (json!({ "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
        (json!({ "expires": "0s" }), "expires: "),
        (json!({ "ca_file": "/nowhere.pem" }), "ca_file: /nowhere.pem has no certificates"),
        (json!({ "login": { "client_secret": secret } }), "login.client_secret: it needs `tenant_id`"),
        (json!({ "login": { "by": "client-secret" } }), "login.client_secret: "),
        (json!({ "login": { "by": "managed-identity", "client_secret": secret } }), "login.client_secret: "),
        (json!({ "login": { "tenant_id": "a/b" } }), "login.tenant_id: "),
        (json!({ "login": { "authority": "http://127.0.0.1" } }), "login.authority: "),
        (json!({ "version": "0a1b" }), "unknown field"),
    ] {
        let error = refused(&with(here.clone(), &more));
        assert!(error.starts_with(at) || at == "unknown field" && error.contains(at), "{error}");
    }
}

#[test]
fn two_tables_for_one_place_say_the_same_place() {
    let place = |url: &str, name: &str| {
        let settings = json!({ "url": url });
        registry::vault("azure-key-vault", &settings).unwrap().unwrap().place(name)
    };
    let first = place("https://My-Vault.vault.azure.net/", "External-Api-Key").unwrap();
    assert_eq!(first, "https://my-vault.vault.azure.net/secrets/external-api-key");
    assert_eq!(first, place("https://my-vault.vault.azure.net", "external-api-key").unwrap());
    for name in ["", "a/b", "key/0a1b2c", "a_b"] {
        assert!(place("https://my-vault.vault.azure.net", name).is_err(), "{name}");
    }
}
