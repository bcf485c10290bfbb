//! A service that counts its calls for Prometheus, as the metrics of consumers do.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use axum::{Router, extract::State, routing::get};

/// How many calls ended how, by consumer and version.
#[derive(Clone, Default)]
pub(super) struct Metrics(Arc<Mutex<Counts>>);

/// All calls and the refused ones, by consumer and version.
type Counts = BTreeMap<(String, String), [u64; 2]>;

impl Metrics {
    /// Serves them; says on which port.
    pub(super) async fn serve(&self) -> u16 {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route("/metrics", get(shown)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        port
    }

    /// Calls of a consumer, of which so many were refused.
    pub(super) fn count(&self, consumer: &str, version: &str, calls: u64, refused: u64) {
        let mut known = self.0.lock().unwrap();
        let counts = known.entry((consumer.to_owned(), version.to_owned())).or_default();
        *counts = [counts[0] + calls, counts[1] + refused];
    }
}

async fn shown(State(metrics): State<Metrics>) -> String {
    let mut text = String::new();
    for ((consumer, version), [calls, refused]) in metrics.0.lock().unwrap().iter() {
        let labels = format!("secret=\"payments\",env=\"prod\",consumer=\"{consumer}\",version=\"{version}\"");
        let _ = writeln!(text, "api_calls_total{{{labels}}} {calls}\napi_refused_total{{{labels}}} {refused}");
    }
    text
}
