//! A vault of a server on loopback, and what a test publishes there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Slot, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::{KeyVault, TENANT};
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};
use serde_json::{Value, json};

use crate::bench::{text, with};

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

/// Publishes over whatever is there.
pub(super) async fn publish(vault: &dyn Vault, number: u64, value: &str) -> Called<()> {
    write(vault, number, value, Replaces::Anything).await
}

/// Publishes over values of ours alone, which begin with `value-`.
pub(super) async fn follow(vault: &dyn Vault, number: u64, value: &str) -> Called<()> {
    #[expect(clippy::disallowed_methods, reason = "a test's own value")]
    let ours = |value: &SecretValue| value.expose().starts_with(b"value-");
    write(vault, number, value, Replaces::Ours(&ours)).await
}

async fn write(vault: &dyn Vault, number: u64, value: &str, replaces: Replaces<'_>) -> Called<()> {
    let (secret, installation) = (secret(), installation());
    let rendering = text(value);
    let publication = Publication {
        secret: &secret,
        version: VersionNo(number),
        credential: CredentialNo(number),
        rendering: &rendering,
        fence: Fence { epoch: Epoch(1), seq: OpSeq(number) },
        installation: &installation,
        replaces,
    };
    vault.publish(publication).await
}

/// Whether this is what is served.
pub(super) async fn serves(vault: &dyn Vault, value: &str) -> bool {
    match vault.served(&secret()).await.unwrap() {
        Seen::Value(seen) => seen.is(value.as_bytes()),
        Seen::Version(_) | Seen::Nothing => false,
    }
}

/// Disables what has this value.
pub(super) async fn tidy(vault: &dyn Vault, dead: &[&str]) -> Called<usize> {
    let (secret, installation) = (secret(), installation());
    let of = Slot { installation: &installation, secret: &secret };
    let is_dead = |value: &SecretValue| dead.iter().any(|dead| value.is(dead.as_bytes()));
    vault.tidying().unwrap().tidy(of, &is_dead).await
}

pub(super) fn secret() -> SecretId {
    "contract/test".parse().unwrap()
}

fn installation() -> Installation {
    Installation("c0ffee".to_owned())
}
