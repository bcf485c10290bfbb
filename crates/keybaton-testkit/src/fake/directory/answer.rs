//! How the services of a directory answer: the token endpoint of Entra ID, and Microsoft Graph.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::desk::{DirectoryDesk, DirectoryMode, Owner, Password};
use super::{APPLICATION, OWN, OWN_SECRET, Shared, TENANT};

/// The most bytes of a body.
const LARGEST: usize = 1 << 20;

pub(super) async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let form: BTreeMap<String, String> = fields(&body);
    let mode = shared.desk().mode;
    if path == format!("/{TENANT}/oauth2/v2.0/token") {
        // Keybaton's own login is not what fails here.
        if form.get("client_id").map(String::as_str) == Some(OWN) {
            return own_token(&mut shared.desk(), &form);
        }
        return match troubled(mode).await {
            Some(trouble) => trouble,
            None => token(&mut shared.desk(), &form),
        };
    }
    if let Some(trouble) = troubled(mode).await {
        return trouble;
    }
    let presented = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answered = {
        let mut desk = shared.desk();
        desk.requests.push(format!("{} {path}", parts.method));
        graph(&mut desk, parts.method.as_str(), &path, presented, &body)
    };
    if mode == DirectoryMode::Swallows {
        std::future::pending::<()>().await;
    }
    answered
}

/// What the mode makes of a request; nothing when it is answered.
async fn troubled(mode: DirectoryMode) -> Option<Response> {
    match mode {
        DirectoryMode::Well | DirectoryMode::Swallows => None,
        DirectoryMode::Status(code) => Some(problem(code, "serviceNotAvailable", "not now")),
        DirectoryMode::Throttles(seconds) => {
            let mut answer = problem(429, "TooManyRequests", "Too many requests");
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            Some(answer)
        }
        DirectoryMode::Hangs => std::future::pending().await,
        DirectoryMode::Babbles => Some("{\"keyId\":\"1\",\"secretText\":\"canary".into_response()),
    }
}

fn own_token(desk: &mut DirectoryDesk, form: &BTreeMap<String, String>) -> Response {
    if form.get("client_secret").map(String::as_str) != Some(OWN_SECRET) {
        return invalid_client();
    }
    granted(&desk.give(OWN))
}

fn token(desk: &mut DirectoryDesk, form: &BTreeMap<String, String>) -> Response {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    if field("grant_type") != "client_credentials" || !field("scope").ends_with("/.default") {
        return refused(400, 900_144, "invalid_request");
    }
    if field("client_id") != APPLICATION {
        return refused(400, 700_016, "unauthorized_client");
    }
    if !desk.lets_in(field("client_secret")) {
        return invalid_client();
    }
    granted(&desk.give(APPLICATION))
}

pub(in crate::fake) fn granted(token: &str) -> Response {
    let body = json!({ "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token });
    Json(body).into_response()
}

pub(in crate::fake) fn invalid_client() -> Response {
    refused(401, 7_000_215, "invalid_client")
}

fn refused(status: u16, code: u32, error: &str) -> Response {
    let body = json!({
        "error": error, "error_description": format!("AADSTS{code}: a description."), "error_codes": [code],
        "timestamp": "2026-01-01 00:00:00Z", "trace_id": "t", "correlation_id": "c",
    });
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

fn graph(desk: &mut DirectoryDesk, method: &str, path: &str, presented: &str, body: &Bytes) -> Response {
    let token = presented.strip_prefix("Bearer ").unwrap_or_default();
    if desk.tokens.get(token).map(String::as_str) != Some(OWN) {
        return problem(401, "InvalidAuthenticationToken", "Access token is empty or not valid.");
    }
    let Some(rest) = path.strip_prefix(&format!("/v1.0/applications(appId='{APPLICATION}')")) else {
        return problem(404, "Request_ResourceNotFound", "Resource does not exist or is not there.");
    };
    if desk.owner == Owner::No {
        return problem(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
    }
    let asked: Value = serde_json::from_slice(body).unwrap_or_default();
    match (method, rest) {
        ("GET", "") => {
            let passwords: Vec<Value> = desk.live().into_iter().map(shown).collect();
            Json(json!({ "passwordCredentials": passwords })).into_response()
        }
        ("POST", "/addPassword") => {
            let made = desk.add(asked["passwordCredential"]["displayName"].as_str().unwrap_or_default());
            let mut document = shown(&made);
            document["secretText"] = json!(made.secret);
            Json(document).into_response()
        }
        ("POST", "/removePassword") => {
            if desk.remove(asked["keyId"].as_str().unwrap_or_default()) {
                return StatusCode::NO_CONTENT.into_response();
            }
            problem(400, "Request_BadRequest", "No password credential found with keyId.")
        }
        _ => problem(400, "BadRequest", "there is no such segment"),
    }
}

fn shown(password: &Password) -> Value {
    json!({
        "keyId": password.key_id, "displayName": password.name, "hint": &password.secret[..3], "secretText": null,
        "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z", "customKeyIdentifier": null,
    })
}

fn problem(status: u16, code: &str, message: &str) -> Response {
    let body = json!({ "error": { "code": code, "message": message, "innerError": { "request-id": "r" } } });
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}

/// The fields of a form.
pub(in crate::fake) fn fields(body: &Bytes) -> BTreeMap<String, String> {
    let uri = format!("/?{}", String::from_utf8_lossy(body)).parse();
    let query = uri.ok().and_then(|uri| axum::extract::Query::try_from_uri(&uri).ok());
    query.map(|query| query.0).unwrap_or_default()
}
