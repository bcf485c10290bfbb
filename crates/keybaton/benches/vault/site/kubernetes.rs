//! The API server of the test kit. The raw client patches a field as `kubectl patch` does.

use data_encoding::BASE64;
use keybaton_seal::SecretValue;
use keybaton_testkit::fake::{Cluster, NAMESPACE};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Nth, Site};
use crate::Outcome;
use crate::call::Call;

/// The token that is let in.
const TOKEN: &str = "token-of-the-bench";

pub(super) struct Kubernetes(Cluster);

impl Kubernetes {
    pub(super) async fn start() -> Self {
        Self(Cluster::start(TOKEN).await)
    }
}

fn call(method: Method, port: u16, path: &str) -> Call {
    let url = format!("http://127.0.0.1:{port}/api/v1/namespaces/{NAMESPACE}/secrets{path}");
    Call::new(method, url).with("authorization", format!("Bearer {TOKEN}"))
}

impl Site for Kubernetes {
    fn connector(&self) -> &'static str {
        "kubernetes"
    }

    fn server(&self) -> &'static str {
        "the test kit's"
    }

    fn port(&self) -> u16 {
        self.0.port()
    }

    fn settings(&self, port: u16) -> Value {
        json!({ "url": format!("http://127.0.0.1:{port}"), "namespace": NAMESPACE, "token": { "env": "UNUSED" } })
    }

    fn own(&self) -> Outcome<SecretValue> {
        Ok(SecretValue::from_text(TOKEN.to_owned())?)
    }

    fn write(&self, port: u16, name: &str, nth: Nth) -> Call {
        let data = json!({ "value": self.shown(nth.value()) });
        match nth {
            Nth::First => {
                let secret =
                    json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": name }, "data": data });
                call(Method::POST, port, "?fieldManager=bench").body("application/json", &secret)
            }
            Nth::Second => call(Method::PATCH, port, &format!("/{name}?fieldManager=bench"))
                .body("application/merge-patch+json", &json!({ "data": data })),
        }
    }

    fn read(&self, port: u16, name: &str) -> Call {
        call(Method::GET, port, &format!("/{name}"))
    }

    fn shown(&self, value: &str) -> String {
        BASE64.encode(value.as_bytes())
    }
}
