//! Secrets Manager of `ministack`, somebody else's emulator, which verifies signatures.

use keybaton_seal::SecretValue;
use keybaton_testkit::server::Aws;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Nth, Site};
use crate::Outcome;
use crate::call::Call;

pub(super) struct Ministack(Aws);

impl Ministack {
    pub(super) async fn start() -> Option<Self> {
        Aws::private().await.map(Self)
    }

    fn call(&self, port: u16, action: &str, body: &Value) -> Call {
        let body = body.to_string();
        let mut call = Call::new(Method::POST, format!("http://127.0.0.1:{port}/"));
        call.headers = self.0.signed(port, self.0.root(), action, &body);
        Call { body: Some(body), ..call }
    }
}

impl Site for Ministack {
    fn connector(&self) -> &'static str {
        "aws-secrets-manager"
    }

    fn server(&self) -> &'static str {
        "ministack"
    }

    fn port(&self) -> u16 {
        self.0.port()
    }

    fn settings(&self, port: u16) -> Value {
        let key = json!({ "id": self.0.root().id, "secret": { "env": "UNUSED" } });
        json!({ "region": "us-east-1", "endpoint": format!("http://127.0.0.1:{port}"), "access_key": key })
    }

    fn own(&self) -> Outcome<SecretValue> {
        Ok(self.0.root().secret())
    }

    fn write(&self, port: u16, name: &str, nth: Nth) -> Call {
        let value = nth.value();
        match nth {
            Nth::First => self.call(port, "CreateSecret", &json!({ "Name": name, "SecretString": value })),
            Nth::Second => self.call(port, "PutSecretValue", &json!({ "SecretId": name, "SecretString": value })),
        }
    }

    fn read(&self, port: u16, name: &str) -> Call {
        self.call(port, "GetSecretValue", &json!({ "SecretId": name }))
    }
}
