//! Why a request was not answered, as the problem document that the asker gets (RFC 9457).

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keybaton_types::wire::Problem;

/// Why a request was not answered.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Box<Problem>,
    retry: Option<Duration>,
}

impl Refusal {
    /// A refusal with a word that stays, and a sentence.
    pub(crate) fn new(status: StatusCode, kind: &'static str, title: impl Into<String>) -> Self {
        let problem = Problem {
            kind: kind.to_owned(),
            status: status.as_u16(),
            title: title.into(),
            causes: Vec::new(),
            safe: None,
            hint: None,
        };
        Self { problem: Box::new(problem), retry: None }
    }

    /// A refusal in somebody else's words.
    pub(crate) fn of(problem: Problem) -> Self {
        Self { problem: Box::new(problem), retry: None }
    }

    /// The token is missing, wrong, revoked or has run out: always the same words, whichever it is.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "the request has no access token that is accepted")
            .hint("send `Authorization: Bearer kbt_…`; `keybaton token create` makes one")
    }

    /// The state was restored from an older copy, which does not know the token: it may be a good one.
    pub(crate) fn forgotten() -> Self {
        let title = "the state was restored from an older copy, and does not know this access token";
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "older-state", title);
        Self { retry: Some(Duration::from_secs(5)), ..refusal }
            .safe("what you have goes on working as before; nothing is revoked until a person has looked")
            .hint("`keybaton doctor` at the server says what to do; make the token again before `keybaton resume`")
    }

    /// The request is not of a form that is understood.
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", what)
    }

    /// The body is too long.
    pub(crate) fn too_large(limit: usize) -> Self {
        let title = format!("the body is longer than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title)
    }

    /// Too many requests: come back after a while.
    pub(crate) fn too_many(retry: Duration) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "too many requests came at once");
        Self { retry: Some(retry), ..refusal }
    }

    /// The state does not answer: nobody knows, so nothing is said.
    pub(crate) fn unavailable(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, source = ?error.source().map(ToString::to_string), "the state database does not answer");
        let refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "the state database does not answer");
        Self { retry: Some(Duration::from_secs(1)), ..refusal }.safe("what you have goes on working as before")
    }

    /// With another status.
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.problem.status = status.as_u16();
        self
    }

    /// With what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.problem.hint = Some(hint.into());
        self
    }

    /// With what is safe now.
    pub(crate) fn safe(mut self, safe: impl Into<String>) -> Self {
        self.problem.safe = Some(safe.into());
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(self.problem.as_ref()).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(retry) = self.retry {
            let seconds = retry.as_secs() + u64::from(retry.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        response
    }
}
