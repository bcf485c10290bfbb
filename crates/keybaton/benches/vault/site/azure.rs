//! The key vault of the sandbox, over TLS. The raw client has its token at hand, as keybaton has it after its first request.

use std::path::Path;

use keybaton_seal::SecretValue;
use keybaton_testkit::server::{KeyVault, TENANT};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Nth, Site};
use crate::Outcome;
use crate::call::Call;

/// What keybaton logs in by.
const OWN: &str = "own~secret~of~the~bench";

pub(super) struct Azure {
    vault: KeyVault,
    token: String,
}

impl Azure {
    pub(super) fn start() -> Self {
        let vault = KeyVault::start(OWN);
        let token = vault.token(KeyVault::APPLICATION);
        Self { vault, token }
    }

    fn call(&self, method: Method, port: u16, name: &str) -> Call {
        let url = format!("https://127.0.0.1:{port}/secrets/{name}?api-version=2025-07-01");
        Call::new(method, url).with("authorization", format!("Bearer {}", self.token))
    }
}

impl Site for Azure {
    fn connector(&self) -> &'static str {
        "azure-key-vault"
    }

    fn server(&self) -> &'static str {
        "the sandbox's"
    }

    fn port(&self) -> u16 {
        self.vault.port()
    }

    fn authority(&self) -> Option<&Path> {
        Some(self.vault.authority())
    }

    fn settings(&self, port: u16) -> Value {
        let login = json!({
            "tenant_id": TENANT,
            "client_id": KeyVault::APPLICATION,
            "client_secret": { "env": "UNUSED" },
            "authority": self.vault.url(),
        });
        let url = format!("https://127.0.0.1:{port}");
        json!({ "url": url, "login": login, "ca_file": self.vault.authority() })
    }

    fn own(&self) -> Outcome<SecretValue> {
        Ok(SecretValue::from_text(OWN.to_owned())?)
    }

    fn write(&self, port: u16, name: &str, nth: Nth) -> Call {
        self.call(Method::PUT, port, name).body("application/json", &json!({ "value": nth.value() }))
    }

    fn read(&self, port: u16, name: &str) -> Call {
        self.call(Method::GET, port, name)
    }
}
