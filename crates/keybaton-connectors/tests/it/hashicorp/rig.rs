//! A vault of a real server, and what a test publishes there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::{Called, Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::OpenBao;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};
use serde_json::{Value, json};

use crate::bench::with;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A path that no other test has.
pub(super) fn fresh(test: &str) -> String {
    format!("{test}/{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The settings of a vault by a token.
pub(super) fn by_token(url: &str, more: &Value) -> Value {
    with(json!({ "url": url, "token": { "env": "UNUSED" } }), more)
}

/// The vault of these settings.
pub(super) fn vault(settings: &Value, path: &str, own: Option<SecretValue>) -> Arc<dyn Vault> {
    let built = registry::vault("hashicorp-vault", settings).unwrap().unwrap();
    built.build(&secret(), path, own.into_iter().collect()).unwrap()
}

/// The vault at a path, by the token that may do everything.
pub(super) fn of(bao: &OpenBao, path: &str) -> Arc<dyn Vault> {
    vault(&by_token(&bao.url(), &json!({})), path, Some(bao.root()))
}

/// Publishes over whatever is there.
pub(super) async fn publish(vault: &dyn Vault, number: u64, text: &str) -> Called<()> {
    let (secret, installation) = (secret(), Installation("c0ffee".to_owned()));
    let rendering = SecretValue::from_text(text.to_owned()).unwrap();
    let publication = Publication {
        secret: &secret,
        version: VersionNo(number),
        credential: CredentialNo(number),
        rendering: &rendering,
        fence: Fence { epoch: Epoch(1), seq: OpSeq(number) },
        installation: &installation,
        replaces: Replaces::Anything,
    };
    vault.publish(publication).await
}

/// Whether this is what is served.
pub(super) async fn serves(vault: &dyn Vault, text: &str) -> bool {
    match vault.served(&secret()).await.unwrap() {
        Seen::Value(value) => value.is(text.as_bytes()),
        Seen::Version(_) | Seen::Nothing => false,
    }
}

pub(super) fn secret() -> SecretId {
    "contract/test".parse().unwrap()
}
