//! A receiver of webhooks on loopback, which keeps what came.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use serde_json::Value;
use tokio::sync::Notify;

/// No message takes longer, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

/// A receiver.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Value>>>,
    news: Arc<Notify>,
    status: StatusCode,
}

impl Receiver {
    pub(crate) async fn answering(status: u16) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook/canary-of-a-url", listener.local_addr().unwrap());
        let status = StatusCode::from_u16(status).unwrap();
        let receiver = Self { url, came: Arc::default(), news: Arc::default(), status };
        let router = Router::new().route("/{*path}", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// A place that takes connections and never answers.
    pub(crate) async fn hanging() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hangs", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.push(stream);
            }
        });
        url
    }

    /// Everything that came.
    pub(crate) fn came(&self) -> Vec<Value> {
        self.came.lock().unwrap().clone()
    }

    /// Waits until something comes of which this holds.
    pub(crate) async fn until(&self, holds: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let news = self.news.notified();
                if let Some(found) = self.came().into_iter().find(&holds) {
                    return found;
                }
                news.await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, found).await.ok();
        found.unwrap_or_else(|| panic!("it never came; what came: {:#?}", self.came()))
    }
}

async fn take(State(receiver): State<Receiver>, Json(document): Json<Value>) -> StatusCode {
    receiver.came.lock().unwrap().push(document);
    receiver.news.notify_waiters();
    receiver.status
}
