//! The routes that consumers call with their keys: true 401s, nothing goes wrong here by a switch.

use axum::Router;
use axum::extract::State as Shared;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

use crate::app::App;
use crate::key::{Route, Verdict};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/health", get(health)).route("/v1/work", get(work))
}

async fn health(Shared(app): Shared<App>, headers: HeaderMap) -> Response {
    answer(app.state.judge(presented(&headers), Route::Health))
}

async fn work(Shared(app): Shared<App>, headers: HeaderMap) -> Response {
    answer(app.state.judge(presented(&headers), Route::Work))
}

/// Returns the value of `Authorization: Bearer`, else of `X-Api-Key`.
fn presented(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| headers.get("x-api-key")?.to_str().ok())
}

/// Returns the value of `Authorization: Bearer`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, value) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| value.trim())
}

fn answer(verdict: Verdict) -> Response {
    match verdict {
        Verdict::Accepted => axum::Json(json!({ "ok": true })).into_response(),
        Verdict::Unauthorized => {
            let body = axum::Json(json!({ "error": "unauthorized" }));
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, "Bearer")], body).into_response()
        }
        Verdict::Forbidden => (StatusCode::FORBIDDEN, axum::Json(json!({ "error": "scope missing" }))).into_response(),
    }
}
