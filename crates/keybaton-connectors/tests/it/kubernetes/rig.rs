//! A vault of a cluster.

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::Vault;
use keybaton_testkit::fake::{Cluster, NAMESPACE};
use serde_json::{Value, json};

use crate::bench::{text, with};
pub(super) use crate::publishing::{follow, installation, secret, serves, write};

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
