//! A preset at a vendor's server.

use std::sync::Arc;

use keybaton_connectors::build::BuildIssuer;
use keybaton_connectors::registry;
use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use serde_json::Value;

use super::given::Given;
use super::vendor::ADMIN;
use crate::http::rig::{secret, text};

/// Reads a preset with a user's table.
pub(super) fn settings(given: &Given, base: &str) -> Box<dyn BuildIssuer> {
    let table = format!("base = \"{base}\"\nauth = {}\n{}", given.auth, given.table);
    let table: Value = toml::from_str(&table).unwrap();
    registry::preset(given.preset, &table).unwrap().unwrap_or_else(|error| panic!("{}: {error}", given.preset))
}

/// Builds the issuer with keybaton's own credential, or another one.
pub(super) fn issuer(given: &Given, base: &str, admin: &str) -> Arc<dyn Issuer> {
    let settings = settings(given, base);
    settings.build(&secret(), values(settings.as_ref(), admin)).unwrap()
}

/// Builds the preset's own probe.
pub(super) fn probe(given: &Given, base: &str) -> Arc<dyn Probe> {
    settings(given, base).own_probe().unwrap().build(Vec::new()).unwrap()
}

fn values(settings: &dyn BuildIssuer, admin: &str) -> Vec<SecretValue> {
    let texts = [admin, "second-secret-canary"];
    settings.references().iter().zip(texts).map(|(_, value)| text(value)).collect()
}

/// The admin's credential as the server knows it.
pub(super) fn known(given: &Given, base: &str) -> Arc<dyn Issuer> {
    issuer(given, base, ADMIN)
}
