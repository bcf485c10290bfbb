//! A vault of a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_testkit::server::OpenBao;
use serde_json::{Value, json};

use crate::bench::with;
pub(super) use crate::publishing::{publish, secret, serves};

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
