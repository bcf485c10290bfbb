//! A document as an answer. It is about now, so nobody keeps it.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::refusal::Refusal;

/// How every route of an operator ends.
pub(super) type Answered = Result<Response, Refusal>;

/// A document.
pub(super) fn document(document: &impl Serialize) -> Response {
    with(StatusCode::OK, document)
}

/// A document about something that was recorded, and is done later.
pub(super) fn accepted(document: &impl Serialize) -> Response {
    with(StatusCode::ACCEPTED, document)
}

/// A document about something that there is from now on.
pub(super) fn created(document: &impl Serialize) -> Response {
    with(StatusCode::CREATED, document)
}

fn with(status: StatusCode, document: &impl Serialize) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(document)).into_response()
}

/// A document about one secret: its name and what is known.
#[derive(Serialize)]
pub(super) struct About<'a, T> {
    pub(super) schema: &'static str,
    pub(super) secret: &'a str,
    pub(super) env: &'a str,
    #[serde(flatten)]
    pub(super) known: T,
}
