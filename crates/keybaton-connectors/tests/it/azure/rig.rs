//! A vault of a server on loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::{Called, Slot, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::{KeyVault, TENANT};
use serde_json::{Value, json};

use crate::bench::{text, with};
use crate::publishing::installation;
pub(super) use crate::publishing::{follow, publish, secret, serves};

/// The secret by which keybaton logs in.
pub(super) const OWN: &str = "own~secret~4471";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A server in which keybaton may do what the how-to says.
pub(super) fn server() -> Arc<KeyVault> {
    Arc::new(KeyVault::start(OWN))
}

/// A name that no other test has.
pub(super) fn fresh(test: &str) -> String {
    format!("{test}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The settings of a vault by a client secret; `url` leads to the server, perhaps through something.
pub(super) fn by_secret(server: &KeyVault, url: &str, more: &Value) -> Value {
    let login = json!({
        "tenant_id": TENANT,
        "client_id": KeyVault::APPLICATION,
        "client_secret": { "env": "UNUSED" },
        "authority": server.url(),
    });
    with(json!({ "url": url, "login": login, "ca_file": server.authority() }), more)
}

/// The vault of these settings.
pub(super) fn vault(settings: &Value, name: &str) -> Arc<dyn Vault> {
    let built = registry::vault("azure-key-vault", settings).unwrap().unwrap();
    let own = built.references().iter().map(|_| text(OWN)).collect();
    built.build(&secret(), name, own).unwrap()
}

/// The vault of a name, by the client secret.
pub(super) fn of(server: &KeyVault, name: &str) -> Arc<dyn Vault> {
    vault(&by_secret(server, &server.url(), &json!({})), name)
}

/// Disables what has this value.
pub(super) async fn tidy(vault: &dyn Vault, dead: &[&str]) -> Called<usize> {
    let (secret, installation) = (secret(), installation());
    let of = Slot { installation: &installation, secret: &secret };
    let is_dead = |value: &SecretValue| dead.iter().any(|dead| value.is(dead.as_bytes()));
    vault.tidying().unwrap().tidy(of, &is_dead).await
}
