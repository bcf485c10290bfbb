//! How a fake keybaton answers.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use keybaton_types::wire::{AuthResults, INSTANCE, LEASE, Sighted, Value};
use keybaton_types::{VersionNo, parse_duration};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Read, Served, ServerMode, Shared};

pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/v1/secrets/{name}/{env}", get(read))
        .route("/v1/secrets/{name}/{env}/sightings", post(sight))
        .route("/v1/secrets/{name}/{env}/auth-results", post(count))
        .with_state(shared)
}

impl Shared {
    /// What the mode makes of a request; nothing when it is answered.
    async fn mood(&self, headers: &HeaderMap) -> Option<Response> {
        let (mode, delay, token) = {
            let desk = self.desk();
            (desk.mode, desk.delay, desk.token.clone())
        };
        sleep(delay).await;
        match mode {
            ServerMode::Well => {}
            ServerMode::Status(status) => return Some(problem(status, "as the test wants")),
            ServerMode::Throttles(seconds) => {
                let mut answer = problem(429, "too many requests");
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return Some(answer);
            }
            ServerMode::Hangs => std::future::pending().await,
            ServerMode::Babbles => return Some("{\"secret\":\"payments\",\"value\":\"v4lue-1-5c0ff".into_response()),
        }
        let presented = text(headers, header::AUTHORIZATION.as_str());
        (presented != Some(format!("Bearer {token}"))).then(|| problem(401, "the token is not known"))
    }
}

async fn read(
    State(shared): State<Shared>,
    Path((name, env)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let (secret, wait) = (format!("{name}/{env}"), query.get("wait").cloned());
    let (instance, lease) = (text(&headers, INSTANCE), text(&headers, LEASE));
    shared.desk().reads.push(Read { secret: secret.clone(), instance, lease, wait: wait.clone() });
    shared.ring();
    let mut changed = shared.changed.subscribe();
    let deadline = wait.and_then(|wait| parse_duration(&wait).ok()).map(|wait| Instant::now() + wait);
    loop {
        if let Some(trouble) = shared.mood(&headers).await {
            return trouble;
        }
        let Some(served) = shared.desk().served.get(&secret).cloned() else {
            return problem(404, "there is no such secret");
        };
        if text(&headers, header::IF_NONE_MATCH.as_str()).is_none_or(|tag| tag != served.tag()) {
            return document(&name, &env, &served);
        }
        let Some(deadline) = deadline else { return StatusCode::NOT_MODIFIED.into_response() };
        if !matches!(timeout_at(deadline, changed.changed()).await, Ok(Ok(()))) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
    }
}

fn document(name: &str, env: &str, served: &Served) -> Response {
    let numbers = |versions: &[u64]| versions.iter().copied().map(VersionNo).collect();
    let value = Value {
        secret: name.to_owned(),
        env: env.to_owned(),
        version: VersionNo(served.version),
        value: served.value.clone(),
        fingerprint: served.fingerprint.clone(),
        ttl_seconds: served.ttl,
        max_stale_seconds: served.max_stale,
        age_seconds: 5,
        stale: None,
        retiring: numbers(&served.retiring),
        condemned: numbers(&served.condemned),
    };
    let mut answer = Json(value).into_response();
    answer.headers_mut().insert(header::ETAG, served.tag().parse().expect("a tag is a header"));
    answer
}

async fn sight(
    State(shared): State<Shared>,
    Path((name, env)): Path<(String, String)>,
    headers: HeaderMap,
    Json(seen): Json<Sighted>,
) -> Response {
    if let Some(trouble) = shared.mood(&headers).await {
        return trouble;
    }
    let instance = text(&headers, INSTANCE).unwrap_or_default();
    shared.desk().sightings.push((instance, format!("{name}/{env}"), seen));
    shared.ring();
    StatusCode::NO_CONTENT.into_response()
}

async fn count(
    State(shared): State<Shared>,
    Path((name, env)): Path<(String, String)>,
    headers: HeaderMap,
    Json(results): Json<AuthResults>,
) -> Response {
    if let Some(trouble) = shared.mood(&headers).await {
        return trouble;
    }
    let instance = text(&headers, INSTANCE).unwrap_or_default();
    shared.desk().results.push((instance, format!("{name}/{env}"), results));
    shared.ring();
    StatusCode::NO_CONTENT.into_response()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn problem(status: u16, title: &str) -> Response {
    let body = serde_json::json!({ "type": "of-a-test", "status": status, "title": title });
    (StatusCode::from_u16(status).expect("a status"), Json(body)).into_response()
}
