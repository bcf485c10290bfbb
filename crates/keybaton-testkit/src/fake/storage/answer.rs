//! How the services around a storage account answer: the token endpoint of Entra ID, Azure Resource Manager, and the list of
//! a storage service.

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use keybaton_core::civil;
use serde_json::{Value, json};

use super::desk::{Door, StorageDesk, StorageMode, StorageRights};
use super::{ACCOUNT, GROUP, SUBSCRIPTION, Shared, signed};
use crate::fake::directory::{OWN, OWN_SECRET, TENANT, fields, granted, invalid_client};

/// The most bytes of a body.
const LARGEST: usize = 1 << 20;

pub(super) async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let path = parts.uri.path();
    // Keybaton's own login is not what fails here.
    if path == format!("/{TENANT}/oauth2/v2.0/token") {
        return own_token(&mut shared.desk(), &body);
    }
    if path.starts_with(&format!("/{ACCOUNT}/")) {
        return list(&shared.desk(), &parts);
    }
    let (mode, makes) = (shared.desk().mode, path.ends_with("/regenerateKey"));
    if let Some(trouble) = troubled(mode, makes).await {
        return trouble;
    }
    let answered = manager(&mut shared.desk(), &parts, &body);
    if mode == StorageMode::Swallows && makes {
        std::future::pending::<()>().await;
    }
    answered
}

/// What the mode makes of a request; nothing when it is answered.
async fn troubled(mode: StorageMode, makes: bool) -> Option<Response> {
    match mode {
        StorageMode::Well | StorageMode::Swallows | StorageMode::Lags => None,
        StorageMode::Says(status, code) => Some(problem(status, code)),
        StorageMode::Refuses(status, code) => makes.then(|| problem(status, code)),
        StorageMode::Throttles(seconds) => {
            let mut answer = problem(429, "TooManyRequests");
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Some(answer)
        }
        StorageMode::Hangs => std::future::pending().await,
        StorageMode::Babbles => Some("{\"keys\":[{\"keyName\":\"key1\",\"value\":\"canary".into_response()),
    }
}

fn own_token(desk: &mut StorageDesk, body: &Bytes) -> Response {
    let form = fields(body);
    let has = |name: &str, value: &str| form.get(name).is_some_and(|given| given == value);
    if has("client_id", OWN) && has("client_secret", OWN_SECRET) {
        return granted(&desk.give());
    }
    invalid_client()
}

fn manager(desk: &mut StorageDesk, parts: &Parts, body: &Bytes) -> Response {
    let presented = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !presented.strip_prefix("Bearer ").is_some_and(|token| desk.tokens.contains(token)) {
        return problem(401, "InvalidAuthenticationToken");
    }
    if !parts.uri.query().is_some_and(|query| query.contains("api-version=20")) {
        return problem(400, "MissingApiVersionParameter");
    }
    if parts.method == "POST" && !parts.headers.contains_key(header::CONTENT_LENGTH) {
        return StatusCode::LENGTH_REQUIRED.into_response();
    }
    let path = parts.uri.path();
    let Some(rest) = path.strip_prefix(&format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/")) else {
        return problem(404, "SubscriptionNotFound");
    };
    let Some(rest) = rest.strip_prefix(&format!("{GROUP}/providers/Microsoft.Storage/storageAccounts/")) else {
        return problem(404, "ResourceGroupNotFound");
    };
    match rest.strip_prefix(ACCOUNT) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => account(desk, parts.method.as_str(), rest, body),
        Some(_) | None => problem(404, "ResourceNotFound"),
    }
}

fn account(desk: &mut StorageDesk, method: &str, rest: &str, body: &Bytes) -> Response {
    use StorageRights::{Nobody, Operator, Owner, Reader};
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    let slot = asked["keyName"].as_str().unwrap_or_default();
    desk.requests.push(format!("{} {slot}", rest.rsplit('/').next().unwrap_or_default()).trim().to_owned());
    match (method, rest, desk.rights) {
        ("GET", "", Owner | Reader) => {
            let allowed = desk.door != Door::NoKeys;
            Json(json!({ "name": ACCOUNT, "properties": { "allowSharedKeyAccess": allowed } })).into_response()
        }
        ("GET", "/providers/Microsoft.Authorization/permissions", Owner | Reader) => permissions(desk.rights),
        ("POST", "/listKeys", Owner | Operator | Reader) => Json(keys(desk)).into_response(),
        ("POST", "/regenerateKey", Owner | Operator) if matches!(slot, "key1" | "key2") => {
            let before = keys(desk);
            desk.regenerate(slot);
            Json(if desk.mode == StorageMode::Lags { before } else { keys(desk) }).into_response()
        }
        ("GET" | "POST", _, Nobody | Operator | Reader) => problem(403, "AuthorizationFailed"),
        _ => problem(400, "InvalidRequest"),
    }
}

fn permissions(rights: StorageRights) -> Response {
    let (actions, less): (&[&str], &[&str]) = match rights {
        StorageRights::Owner => (&["*"], &[]),
        StorageRights::Operator | StorageRights::Reader | StorageRights::Nobody => {
            (&["*/read", "Microsoft.Storage/storageAccounts/*/action"], &["Microsoft.Storage/*/regenerateKey/action"])
        }
    };
    Json(json!({ "value": [{ "actions": actions, "notActions": less, "dataActions": [] }] })).into_response()
}

/// The keys as Azure tells them, with those of Kerberos that an account in a directory has.
fn keys(desk: &StorageDesk) -> Value {
    let key = |name: &str| json!({ "keyName": name, "value": desk.key(name), "permissions": "FULL", "creationTime": civil::rfc3339(desk.made(name)) });
    let kerberos =
        |name: &str| json!({ "keyName": name, "value": "a2VyYmVyb3M=", "permissions": "FULL", "creationTime": null });
    json!({ "keys": [kerberos("kerb1"), key("key2"), key("key1"), kerberos("kerb2")] })
}

fn problem(status: u16, code: &str) -> Response {
    let body = json!({ "error": { "code": code, "message": "a canary of a message" } });
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

/// The storage service: a list of nothing, for whoever signs with a key.
fn list(desk: &StorageDesk, parts: &Parts) -> Response {
    let refused = |status: u16, code: &'static str| {
        let mut answer = StatusCode::from_u16(status).expect("a status").into_response();
        answer.headers_mut().insert("x-ms-error-code", HeaderValue::from_static(code));
        answer
    };
    match desk.door {
        Door::Keys if signed::is_signed(parts, ACCOUNT, &desk.accepted()) => {
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Containers/></EnumerationResults>"
                .into_response()
        }
        Door::Keys => refused(403, "AuthenticationFailed"),
        Door::NoKeys => refused(403, "KeyBasedAuthenticationNotPermitted"),
        Door::NoNetwork => refused(403, "AuthorizationFailure"),
        Door::Disabled => refused(403, "AccountIsDisabled"),
        Door::Busy => refused(503, "ServerBusy"),
        Door::Askew => {
            let mut answer = refused(403, "AuthenticationFailed");
            answer.headers_mut().insert(header::DATE, HeaderValue::from_static("Wed, 01 Jan 2020 00:00:00 GMT"));
            answer
        }
    }
}
