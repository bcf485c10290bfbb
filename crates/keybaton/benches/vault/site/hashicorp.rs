//! A real `OpenBao`, with a KV engine on raft.

use keybaton_seal::SecretValue;
use keybaton_testkit::{server::OpenBao, text};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Nth, Site};
use crate::Outcome;
use crate::call::Call;

pub(super) struct Bao(OpenBao);

impl Bao {
    pub(super) async fn start() -> Option<Self> {
        OpenBao::start().await.map(Self)
    }

    fn call(&self, method: Method, port: u16, name: &str) -> Call {
        Call::new(method, format!("http://127.0.0.1:{port}/v1/secret/data/{name}"))
            .with("x-vault-token", text(&self.0.root()))
    }
}

impl Site for Bao {
    fn connector(&self) -> &'static str {
        "hashicorp-vault"
    }

    fn server(&self) -> &'static str {
        "OpenBao"
    }

    fn port(&self) -> u16 {
        self.0.port()
    }

    fn settings(&self, port: u16) -> Value {
        json!({ "url": format!("http://127.0.0.1:{port}"), "token": { "env": "UNUSED" } })
    }

    fn own(&self) -> Outcome<SecretValue> {
        Ok(self.0.root())
    }

    fn write(&self, port: u16, name: &str, nth: Nth) -> Call {
        let body = json!({ "data": { "value": nth.value() } });
        self.call(Method::POST, port, name).body("application/json", &body)
    }

    fn read(&self, port: u16, name: &str) -> Call {
        self.call(Method::GET, port, name)
    }
}
