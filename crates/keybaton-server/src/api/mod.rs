//! The one list of routes. The router and `/openapi.json` are both made of it.

mod answer;
mod body;
mod document;
mod route;

use std::sync::Arc;

use axum::{
    Router,
    http::{StatusCode, header},
    middleware,
    response::IntoResponse,
};

pub(crate) use answer::Answer;
pub(crate) use body::Body;
pub(crate) use route::Route;

use crate::{door, health, metrics, operator, reader, refusal::Refusal, server::Shared, signal};

/// Every route, in the order of the document.
fn routes() -> Vec<Route> {
    [health::routes(), metrics::routes(), reader::routes(), signal::routes(), operator::routes(), vec![own()]]
        .into_iter()
        .flatten()
        .collect()
}

/// The description of the API is a part of it.
fn own() -> Route {
    let route = Route::get("/openapi.json", "This description of the API (OpenAPI 3.1).", described);
    route.open().answers(Answer::json::<serde_json::Value>(StatusCode::OK, "the description"))
}

/// The router over every route.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    router
        .fallback(async || Refusal::new(StatusCode::NOT_FOUND, "unknown-route", "there is nothing at this path"))
        .method_not_allowed_fallback(async || {
            Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "this path does not take that method")
        })
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), door::meant_for_us))
        .with_state(shared)
}

async fn described() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], document::text())
}
