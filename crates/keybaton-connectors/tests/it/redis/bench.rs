//! ACL users of a real server, and the connector that rotates them, by the administrator.

use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::Redis;
use serde_json::{Value, json};

use crate::bench::{self, Bench, with};

/// The connector with these settings beside the address and the login.
pub(crate) fn bench_of(redis: &Redis, more: &Value) -> Bench {
    Bench { issuer: issuer(&settings(redis, more), redis.password()), probe: probe(redis.port()) }
}

/// The settings of an issuer of this server.
pub(crate) fn settings(redis: &Redis, more: &Value) -> Value {
    with(json!({ "url": redis.url(), "auth": { "user": redis.admin(), "password": { "env": "UNUSED" } } }), more)
}

/// The settings of the same server at another port.
pub(crate) fn moved(settings: &Value, port: u16) -> Value {
    with(settings.clone(), &json!({ "url": format!("redis://127.0.0.1:{port}") }))
}

/// The issuer of these settings.
pub(crate) fn issuer(settings: &Value, password: SecretValue) -> Arc<dyn Issuer> {
    bench::issuer("redis", settings, password)
}

/// A probe of a port on loopback.
pub(crate) fn probe(port: u16) -> Arc<dyn Probe> {
    bench::probe("redis", &json!({ "redis": format!("redis://127.0.0.1:{port}") }))
}
