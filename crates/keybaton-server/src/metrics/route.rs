//! `GET /metrics`. Whoever is on this machine may ask, as of `/healthz`; from elsewhere, also through a proxy, it takes a token
//! that operates on everything: names of secrets and of consumers are nobody else's business.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    api::{Answer, Route},
    operator::Operator,
    refusal::Refusal,
    server::Shared,
};

/// The media type of the page.
const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What a proxy adds to a request that it passes on: whoever asks through one need not be on this machine.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The routes of this folder.
pub(crate) fn routes() -> Vec<Route> {
    let metrics = Route::get("/metrics", "What is known of every secret, for Prometheus; never a value.", metrics);
    let refusals = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::SERVICE_UNAVAILABLE];
    let text = Answer::text_as(
        "application/openmetrics-text",
        StatusCode::OK,
        "the page; from this machine without a token, from elsewhere with one that operates on everything",
    );
    vec![metrics.open().answers(text).refuses(&refusals)]
}

async fn metrics(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Refusal> {
    if !is_from_here(&shared, request.headers()) {
        let (mut parts, _) = request.into_parts();
        Operator::from_request_parts(&mut parts, &shared).await?.works_on_all()?;
    }
    let text = shared.parts.metrics.text().await.map_err(|error| Refusal::unavailable(&error))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, "no-store")], text).into_response())
}

/// Whether only somebody on this machine can have asked.
fn is_from_here(shared: &Shared, headers: &HeaderMap) -> bool {
    shared.door.is_on_loopback() && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
}
