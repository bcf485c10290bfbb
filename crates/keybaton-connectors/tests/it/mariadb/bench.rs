//! Accounts of a real server, and the connector that rotates them, by the superuser.

use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::Mariadb;
use serde_json::{Value, json};

use crate::bench::{self, Bench, with};

/// The connector with these settings beside the address and the login.
pub(crate) fn bench_of(server: &Mariadb, more: &Value) -> Bench {
    let issuer = issuer(&settings(server, server.admin(), more), server.password());
    Bench { issuer, probe: probe(server.port()) }
}

/// The settings of an issuer of this server.
pub(crate) fn settings(server: &Mariadb, user: &str, more: &Value) -> Value {
    with(json!({ "url": server.url_of(user), "password": { "env": "UNUSED" } }), more)
}

/// The settings of the same server at another port.
pub(crate) fn moved(settings: &Value, user: &str, port: u16) -> Value {
    with(settings.clone(), &json!({ "url": format!("mysql://{user}@127.0.0.1:{port}") }))
}

/// The issuer of these settings.
pub(crate) fn issuer(settings: &Value, password: SecretValue) -> Arc<dyn Issuer> {
    bench::issuer("mariadb", settings, password)
}

/// A probe of a port on loopback.
pub(crate) fn probe(port: u16) -> Arc<dyn Probe> {
    bench::probe("mariadb", &json!({ "mariadb": format!("mysql://127.0.0.1:{port}") }))
}
