//! An answer before it is bytes, so that a fault can still spoil it.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Status, headers and an optional JSON body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Value>,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, headers: HeaderMap::new(), body: Some(body) }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: None }
    }

    /// Adds a header; what no header can hold is left out.
    pub(crate) fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Returns the body's bytes; an answer without a body has none.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default()
    }

    /// Sends this body instead, as JSON or what claims to be.
    pub(crate) fn with_bytes(&self, body: Body) -> Response {
        let status = if self.status == StatusCode::NO_CONTENT { StatusCode::OK } else { self.status };
        let mut response = (status, self.headers.clone(), body).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        if self.body.is_none() {
            return (self.status, self.headers).into_response();
        }
        self.with_bytes(Body::from(self.bytes()))
    }
}
