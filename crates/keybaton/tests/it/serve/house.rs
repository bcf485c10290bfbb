//! A running server over an adopted key, and a reader with a token.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::stage::{Bench, Running, SECRET};

/// Where the value is read.
const READ: &str = "/v1/secrets/payments/prod";

/// A running server, and a token for its secret.
pub(crate) struct House {
    pub(crate) bench: Bench,
    pub(crate) serve: Running,
    url: String,
    token: String,
    client: Client,
}

impl House {
    /// Over an adopted key with these terms.
    pub(crate) async fn with(terms: &str) -> Self {
        Self::over(Bench::with(terms).await).await
    }

    /// Over what is there.
    pub(crate) async fn over(bench: Bench) -> Self {
        let made = bench.run(&format!("token create --consumer web --secret {SECRET}")).await.exits(0);
        let (serve, url) = start(&bench).await;
        let client = Client::builder().no_proxy().build().unwrap();
        Self { bench, serve, url, token: made.out.trim().to_owned(), client }
    }

    /// A read by an instance, with a query.
    pub(crate) fn read(&self, instance: &str, query: &str) -> RequestBuilder {
        self.client
            .get(format!("{}{READ}{query}", self.url))
            .bearer_auth(&self.token)
            .header("keybaton-instance", instance)
    }

    /// What it gets.
    pub(crate) async fn value(&self, instance: &str, query: &str) -> Value {
        value(self.read(instance, query)).await
    }

    /// What an instance tells of a version.
    pub(crate) async fn tell(&self, instance: &str, version: u64, kind: &str) {
        let post = self.client.post(format!("{}{READ}/sightings", self.url)).bearer_auth(&self.token);
        let told = post.header("keybaton-instance", instance).json(&json!({ "version": version, "kind": kind }));
        assert_eq!(told.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }

    /// Waits until an instance is told this, each time from the tag of the answer before.
    pub(crate) async fn told(&self, instance: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let told = async {
            let mut tag = String::new();
            loop {
                let asked = self.read(instance, "?wait=20s").header("keybaton-lease", "enforced");
                let answer = asked.header("if-none-match", tag.as_str()).send().await.unwrap();
                answer.headers()["etag"].to_str().unwrap().clone_into(&mut tag);
                if answer.status() == StatusCode::OK {
                    let value = json_of(answer).await;
                    if is_it(&value) {
                        return value;
                    }
                }
            }
        };
        tokio::time::timeout(Duration::from_mins(1), told).await.unwrap_or_else(|_| panic!("it was never told"))
    }

    /// Waits until the key with this id is destroyed.
    pub(crate) async fn destroyed(&self, id: &str) {
        let state = self.bench.service.state().clone();
        let ended = state.until(|state| state.key(id).is_some_and(|key| key.destroyed));
        tokio::time::timeout(Duration::from_mins(1), ended).await.unwrap_or_else(|_| panic!("{id} was never revoked"));
    }

    /// Starts a server again, over the same state.
    pub(crate) async fn restart(mut self) -> Self {
        let (serve, url) = start(&self.bench).await;
        (self.serve, self.url) = (serve, url);
        self
    }

    /// Ends it in order.
    pub(crate) async fn end(self) {
        self.serve.signal(Signal::TERM);
        self.serve.ended().await.exits(0);
    }
}

async fn start(bench: &Bench) -> (Running, String) {
    let mut serve = bench.keybaton.start("serve");
    let line = serve.says("http://").await;
    let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap();
    let url = format!("http://{address}");
    (serve, url)
}

/// What a request gets.
pub(crate) async fn value(request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    json_of(answer).await
}

async fn json_of(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}
