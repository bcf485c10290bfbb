//! Answers: JSON bodies, and refusals in the form of the service.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

/// An answer of the service.
pub(super) struct Answer {
    status: u16,
    body: Option<Value>,
    header: Option<(HeaderName, String)>,
}

impl Answer {
    pub(super) fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body), header: None }
    }

    pub(super) fn empty() -> Self {
        Self { status: 204, body: None, header: None }
    }

    /// A refusal with the code that clients look at, and an inner one where the service gives one.
    pub(super) fn refused(status: u16, code: &str, inner: Option<&str>) -> Self {
        let inner = inner.map(|code| json!({ "code": code }));
        let message = format!("The request was refused: {code}.");
        let body = json!({ "error": { "code": code, "message": message, "innererror": inner } });
        Self { status, body: Some(body), header: None }
    }

    pub(super) fn missing() -> Self {
        Self::refused(404, "SecretNotFound", None)
    }

    pub(super) fn bad(code: &str) -> Self {
        Self::refused(400, code, None)
    }

    /// 401 with the challenge that tells a client where to log in and for what.
    pub(super) fn challenge(host: &str, tenant: &str) -> Self {
        let challenge =
            format!("Bearer authorization=\"https://{host}/{tenant}\", resource=\"https://vault.azure.net\"");
        Self { header: Some((WWW_AUTHENTICATE, challenge)), ..Self::refused(401, "Unauthorized", None) }
    }

    pub(super) fn throttled(retry_after: Option<u64>) -> Self {
        let header = retry_after.map(|seconds| (RETRY_AFTER, seconds.to_string()));
        Self { header, ..Self::refused(429, "Throttled", None) }
    }

    /// A refusal of Entra ID.
    pub(super) fn of_login(status: u16, error: &str, code: u32) -> Self {
        let text = format!("AADSTS{code}: the login was refused.");
        let body = json!({ "error": error, "error_description": text, "error_codes": [code] });
        Self { status, body: Some(body), header: None }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let body = self.body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if let Some((name, text)) = self.header
            && let Ok(value) = HeaderValue::from_str(&text)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
