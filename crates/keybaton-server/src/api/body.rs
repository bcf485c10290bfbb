//! The JSON body of a request: bounded in length and in time, and refused with a problem document.

use std::{error::Error, sync::Arc};

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde::de::DeserializeOwned;

use crate::{refusal::Refusal, server::Shared};

/// The longest body, in bytes, where nothing else is said.
const LIMIT: usize = 16 * 1024;

/// The JSON body of a request, of at most `MOST` bytes.
pub(crate) struct Body<T, const MOST: usize = LIMIT>(pub(crate) T);

impl<T: DeserializeOwned, const MOST: usize> FromRequest<Arc<Shared>> for Body<T, MOST> {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        if !is_json(&request) {
            let title = "the body is not said to be application/json";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title));
        }
        let read = tokio::time::timeout(shared.limits.body, to_bytes(request.into_body(), MOST)).await;
        let read =
            read.map_err(|_| Refusal::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the body did not come in time"))?;
        let bytes = read.map_err(|error| unread(&error, MOST))?;
        // the parser's words may repeat what was sent; its place does not
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Self).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            Refusal::malformed(format!(
                "the body is not the document that this path takes (line {line}, column {column})"
            ))
            .hint("/openapi.json describes it")
        })
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn unread(error: &axum::Error, most: usize) -> Refusal {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return Refusal::too_large(most);
        }
        cause = error.source();
    }
    Refusal::malformed("the body ended early")
}
