//! A vault of a cluster, and what a test publishes there.

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::fake::{Cluster, NAMESPACE};
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};
use serde_json::{Value, json};

use crate::bench::{text, with};

/// Keybaton's own token.
pub(super) const TOKEN: &str = "token-of-keybaton";

/// The name of the Secret.
pub(super) const NAME: &str = "payments-prod";

/// The settings of a vault by a token.
pub(super) fn by_token(url: &str, more: &Value) -> Value {
    with(json!({ "url": url, "namespace": NAMESPACE, "token": { "env": "UNUSED" } }), more)
}

/// The vault of these settings.
pub(super) fn vault(settings: &Value, name: &str) -> Arc<dyn Vault> {
    let built = registry::vault("kubernetes", settings).unwrap().unwrap();
    let own = settings.get("token").map(|_| text(TOKEN));
    built.build(&secret(), name, own.into_iter().collect()).unwrap()
}

/// The vault at the usual place.
pub(super) fn of(cluster: &Cluster, more: &Value) -> Arc<dyn Vault> {
    vault(&by_token(&cluster.url(), more), NAME)
}

/// Publishes over values of these tests only.
pub(super) async fn publish(vault: &dyn Vault, number: u64, value: &str) -> Called<()> {
    write(vault, number, value, Replaces::Ours(&|found| found.len() > 6 && is_ours(found))).await
}

pub(super) async fn write(vault: &dyn Vault, number: u64, value: &str, replaces: Replaces<'_>) -> Called<()> {
    let (secret, installation, rendering) = (secret(), installation(), text(value));
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
        Seen::Value(found) => found.is(value.as_bytes()),
        Seen::Version(_) | Seen::Nothing => false,
    }
}

fn is_ours(value: &SecretValue) -> bool {
    (0..100).any(|number| value.is(format!("value-{number}").as_bytes()))
}

pub(super) fn installation() -> Installation {
    Installation("c0ffee".to_owned())
}

pub(super) fn secret() -> SecretId {
    "contract/test".parse().unwrap()
}
