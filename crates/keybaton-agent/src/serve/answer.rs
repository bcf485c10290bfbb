//! Answers: a sheet, nothing new, or a problem.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use keybaton_client::Error;
use keybaton_types::wire::Problem;

use super::sheet::Sheet;

/// An answer.
pub(super) type Answer = Response<Full<Bytes>>;

/// The value.
pub(super) fn value(sheet: &Sheet) -> Answer {
    let mut answer = Response::new(Full::new(sheet.body.clone()));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ETAG, sheet.tag.clone());
    answer
}

/// Nothing new.
pub(super) fn unchanged(sheet: &Sheet) -> Answer {
    let mut answer = empty(StatusCode::NOT_MODIFIED);
    answer.headers_mut().insert(ETAG, sheet.tag.clone());
    answer
}

/// A status and nothing else.
pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

/// A few words.
pub(super) fn text(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(text.into()));
    *answer.status_mut() = status;
    answer
}

/// A problem of our own.
pub(super) fn problem(status: StatusCode, kind: &str, title: &str, hint: Option<&str>) -> Answer {
    let problem = Problem {
        kind: kind.to_owned(),
        status: status.as_u16(),
        title: title.to_owned(),
        causes: Vec::new(),
        safe: None,
        hint: hint.map(str::to_owned),
    };
    let mut answer = Response::new(Full::new(Bytes::from(serde_json::to_vec(&problem).unwrap_or_default())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&status) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}

/// What the client library says when it lends nothing.
pub(super) fn refused(error: &Error) -> Answer {
    let (status, kind) = match error {
        Error::Unknown(_) => (StatusCode::NOT_FOUND, "unknown-secret"),
        Error::Denied { .. } => (StatusCode::FORBIDDEN, "denied"),
        Error::Condemned { .. } => (StatusCode::SERVICE_UNAVAILABLE, "condemned"),
        Error::Expired { .. } => (StatusCode::SERVICE_UNAVAILABLE, "expired"),
        Error::Name(_) => (StatusCode::BAD_REQUEST, "name"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    problem(status, kind, &error.to_string(), Some(error.hint()))
}
