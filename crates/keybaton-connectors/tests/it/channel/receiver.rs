//! A receiver of documents on loopback, which keeps what came.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use keybaton_seal::SecretValue;
use serde_json::Value;

/// What came: headers and body.
pub(crate) type Came = (HeaderMap, Vec<u8>);

/// A receiver that answers everything with one status.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    came: Arc<Mutex<Vec<Came>>>,
    status: StatusCode,
}

impl Receiver {
    pub(crate) async fn answering(status: u16) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook/{}", listener.local_addr().unwrap(), super::alert::CANARY);
        let receiver = Self { url, came: Arc::default(), status: StatusCode::from_u16(status).unwrap() };
        let router = Router::new().route("/{*path}", post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// A place that takes connections and never answers.
    pub(crate) async fn hanging() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/{}", listener.local_addr().unwrap(), super::alert::CANARY);
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.push(stream);
            }
        });
        url
    }

    pub(crate) fn secret(&self) -> SecretValue {
        text(&self.url)
    }

    /// The only document that came.
    pub(crate) fn one(&self) -> Came {
        let mut came = self.came.lock().unwrap();
        assert_eq!(came.len(), 1);
        came.remove(0)
    }

    /// The only document that came, as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.one().1).unwrap()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.came.lock().unwrap().push((headers, body.to_vec()));
    receiver.status
}

pub(crate) fn text(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}
