//! One way in which a route answers, as the description tells it.

use axum::http::StatusCode;
use keybaton_types::wire::Problem;
use schemars::{JsonSchema, SchemaGenerator};

use super::route::Describe;

/// One way in which a route answers.
pub(crate) struct Answer {
    pub(super) status: StatusCode,
    pub(super) says: &'static str,
    pub(super) media: Option<(&'static str, Describe)>,
}

impl Answer {
    /// A JSON document.
    pub(crate) fn json<T: JsonSchema>(status: StatusCode, says: &'static str) -> Self {
        Self { status, says, media: Some(("application/json", SchemaGenerator::subschema_for::<T>)) }
    }

    /// Plain words.
    pub(crate) fn text(status: StatusCode, says: &'static str) -> Self {
        Self::text_as("text/plain", status, says)
    }

    /// Text of a media type of its own.
    pub(crate) fn text_as(media: &'static str, status: StatusCode, says: &'static str) -> Self {
        Self { status, says, media: Some((media, SchemaGenerator::subschema_for::<String>)) }
    }

    /// Nothing but the status.
    pub(crate) fn empty(status: StatusCode, says: &'static str) -> Self {
        Self { status, says, media: None }
    }

    /// A problem document.
    pub(super) fn problem(status: StatusCode) -> Self {
        let says = status.canonical_reason().unwrap_or("a problem");
        Self { status, says, media: Some((Problem::MEDIA_TYPE, SchemaGenerator::subschema_for::<Problem>)) }
    }
}
