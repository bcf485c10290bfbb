//! What the scenarios share: a condition that is waited for, and a consumer's report.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::{Bench, SECRET};

/// Nothing here takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until the row of the secret is as wanted.
pub(crate) async fn until(bench: &Bench, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let looked = async {
        loop {
            let row = bench.status().await;
            if is_so(&row) {
                return row;
            }
        }
    };
    let found = tokio::time::timeout(PATIENCE, looked).await;
    found.unwrap_or_else(|_| panic!("it never came to this: {what}"))
}

/// Whether nothing is going on.
pub(crate) fn is_idle(row: &Value) -> bool {
    row["phase"] == "idle"
}

/// Waits for something at the far service.
pub(super) async fn seen(bench: &Bench, what: &str, is_so: impl Fn(&keybaton_sandbox::State) -> bool) {
    let state = bench.service.state().clone();
    let found = tokio::time::timeout(PATIENCE, state.until(|state| is_so(state))).await;
    found.unwrap_or_else(|_| panic!("the service never saw it: {what}"));
}

/// A consumer with a token, as a program without our library would speak.
pub(super) struct Reader {
    url: String,
    token: String,
    client: reqwest::Client,
}

impl Reader {
    pub(super) async fn new(bench: &Bench, url: &str, consumer: &str) -> Self {
        let made = bench.run(&format!("token create --consumer {consumer} --secret {SECRET}")).await.exits(0).out;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url: format!("{url}/v1/secrets/{SECRET}"), token: made.trim().to_owned(), client }
    }

    /// Reads the current version.
    pub(super) async fn reads(&self) -> Value {
        let asked = self.client.get(&self.url).bearer_auth(&self.token).header("keybaton-instance", "one");
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    /// Says how calls with a version ended.
    pub(super) async fn reports(&self, version: u64, ok: u64, unauthorized: u64) {
        let counts = json!({ "version": version, "ok": ok, "unauthorized": unauthorized });
        let told = self.client.post(format!("{}/auth-results", self.url)).bearer_auth(&self.token);
        let told = told.header("keybaton-instance", "one").json(&counts).send().await.unwrap();
        assert_eq!(told.status(), 204);
    }
}
