//! Whether the server lives, and whether it can do its work. Anybody who reaches it may ask.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use crate::{
    api::{Answer, Route},
    server::Shared,
};

/// The routes of this file.
pub(crate) fn routes() -> Vec<Route> {
    let alive = Route::get("/healthz", "Whether the process lives.", async || "ok\n");
    let able = Route::get("/readyz", "Whether the state database answers.", ready);
    vec![
        alive.open().answers(Answer::text(StatusCode::OK, "it lives")),
        able.open()
            .answers(Answer::text(StatusCode::OK, "it answers"))
            .answers(Answer::text(StatusCode::SERVICE_UNAVAILABLE, "it does not answer")),
    ]
}

async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    let store = &shared.parts.store;
    match store.now().await.and(store.stamp().await.map(drop)) {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the state database does not answer\n"),
    }
}
