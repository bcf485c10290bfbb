//! `SendGrid` on loopback, as its documents have it: scopes, keys, mails, and a 401 for whoever is not known.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(super) const ADMIN: &str = "SG.admin.canary-7c1e";
pub(super) const OLD: (&str, &str) = ("old-key-id", "SG.old-key-id.three-years-old");

/// A key: its id, name and value.
type Key = (String, String, String);

#[derive(Clone, Default)]
struct Account(Arc<Mutex<Vec<Key>>>);

/// A running `SendGrid`.
pub(super) struct SendGrid {
    pub(super) url: String,
    account: Account,
    serving: JoinHandle<()>,
}

impl SendGrid {
    pub(super) async fn start() -> Self {
        let account = Account::default();
        account.0.lock().unwrap().push((OLD.0.to_owned(), "made by hand".to_owned(), OLD.1.to_owned()));
        let routes = Router::new()
            .route("/v3/api_keys", post(create).get(list))
            .route("/v3/api_keys/{id}", delete(destroy))
            .route("/v3/scopes", get(scopes))
            .with_state(account.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, account, serving }
    }

    /// Whether a mail with this key goes out.
    pub(super) fn sends(&self, value: &str) -> bool {
        self.account.knows(value)
    }

    /// Names and values of the keys.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.account.0.lock().unwrap().clone()
    }
}

impl Drop for SendGrid {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Account {
    fn knows(&self, value: &str) -> bool {
        self.0.lock().unwrap().iter().any(|(_, _, known)| known == value)
    }
}

type Answer = (StatusCode, Json<Value>);

fn bearer(headers: &HeaderMap) -> &str {
    headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ")).unwrap_or_default()
}

fn refusal(status: StatusCode, message: &str) -> Answer {
    (status, Json(json!({ "errors": [{ "field": null, "message": message }] })))
}

/// What stops somebody who is not the admin.
fn stopped(headers: &HeaderMap, account: &Account) -> Option<Answer> {
    match bearer(headers) {
        ADMIN => None,
        other if account.knows(other) => Some(refusal(StatusCode::FORBIDDEN, "access forbidden")),
        _ => Some(refusal(StatusCode::UNAUTHORIZED, "authorization required")),
    }
}

async fn create(State(account): State<Account>, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    if let Some(refused) = stopped(&headers, &account) {
        return refused;
    }
    let (Some(name), Some(scopes)) = (body["name"].as_str(), body["scopes"].as_array()) else {
        return refusal(StatusCode::BAD_REQUEST, "missing required argument");
    };
    let mut keys = account.0.lock().unwrap();
    let id = format!("key{}", keys.len() + 1);
    let value = format!("SG.{id}.{}", keybaton_seal::random_u64().unwrap());
    keys.push((id.clone(), name.to_owned(), value.clone()));
    (StatusCode::CREATED, Json(json!({ "api_key": value, "api_key_id": id, "name": name, "scopes": scopes })))
}

async fn list(State(account): State<Account>, headers: HeaderMap) -> Answer {
    if let Some(refused) = stopped(&headers, &account) {
        return refused;
    }
    let keys = account.0.lock().unwrap();
    let shown: Vec<Value> = keys.iter().map(|(id, name, _)| json!({ "name": name, "api_key_id": id })).collect();
    (StatusCode::OK, Json(json!({ "result": shown })))
}

async fn destroy(State(account): State<Account>, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    if let Some(refused) = stopped(&headers, &account) {
        return refused;
    }
    let mut keys = account.0.lock().unwrap();
    let before = keys.len();
    keys.retain(|(known, _, _)| *known != id);
    if keys.len() == before {
        return refusal(StatusCode::NOT_FOUND, "unable to find API Key");
    }
    (StatusCode::NO_CONTENT, Json(Value::Null))
}

async fn scopes(State(account): State<Account>, headers: HeaderMap) -> Answer {
    if account.knows(bearer(&headers)) {
        (StatusCode::OK, Json(json!({ "scopes": ["mail.send"] })))
    } else {
        refusal(StatusCode::UNAUTHORIZED, "authorization required")
    }
}
