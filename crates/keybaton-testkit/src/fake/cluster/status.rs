//! The `Status` documents by which an API server says that it did not do something.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    code: u16,
    reason: &'static str,
    message: String,
    details: Value,
}

impl Refusal {
    fn new(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { code, reason, message: message.into(), details: json!({}) }
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized")
    }

    pub(super) fn forbidden(verb: &str, resource: &str, name: &str) -> Self {
        let message = format!(
            "{resource} {name:?} is forbidden: User \"system:serviceaccount:shop:keybaton\" cannot {verb} resource {resource:?}"
        );
        Self { details: json!({ "name": name, "kind": resource }), ..Self::new(403, "Forbidden", message) }
    }

    pub(super) fn not_found(resource: &str, name: &str) -> Self {
        let details = json!({ "name": name, "kind": resource });
        Self { details, ..Self::new(404, "NotFound", format!("{resource} {name:?} not found")) }
    }

    pub(super) fn no_path() -> Self {
        Self::new(404, "NotFound", "the server could not find the requested resource")
    }

    pub(super) fn exists(resource: &str, name: &str) -> Self {
        Self::new(409, "AlreadyExists", format!("{resource} {name:?} already exists"))
    }

    /// The object is not the one that the request was made for.
    pub(super) fn conflict(resource: &str, name: &str, why: &str) -> Self {
        let message = format!("Operation cannot be fulfilled on {resource} {name:?}: {why}");
        Self { details: json!({ "name": name, "kind": resource }), ..Self::new(409, "Conflict", message) }
    }

    /// Fields belong to other managers: each field with its manager.
    pub(super) fn managed(conflicts: &[(String, String)]) -> Self {
        let causes: Vec<Value> = conflicts
            .iter()
            .map(|(manager, field)| {
                let message = format!("conflict with {manager:?} using v1");
                json!({ "reason": "FieldManagerConflict", "message": message, "field": field })
            })
            .collect();
        let message = format!("Apply failed with {} conflict", causes.len());
        Self { details: json!({ "causes": causes }), ..Self::new(409, "Conflict", message) }
    }

    pub(super) fn invalid(resource: &str, name: &str, field: &str, why: &str) -> Self {
        let causes = json!([{ "reason": "FieldValueForbidden", "message": why, "field": field }]);
        let message = format!("{resource} {name:?} is invalid: {field}: {why}");
        let details = json!({ "name": name, "kind": resource, "causes": causes });
        Self { details, ..Self::new(422, "Invalid", message) }
    }

    pub(super) fn bad(message: &str) -> Self {
        Self::new(400, "BadRequest", message)
    }

    pub(super) fn unsupported() -> Self {
        Self::new(415, "UnsupportedMediaType", "the body of the request was in an unknown format")
    }

    pub(super) fn unavailable(code: u16) -> Self {
        Self::new(code, "ServiceUnavailable", "the server is currently unable to handle the request")
    }

    /// Too many requests for now, by the server's own fairness.
    pub(super) fn throttled(seconds: u64) -> Response {
        let message = "too many requests, please try again later";
        let refusal =
            Self { details: json!({ "retryAfterSeconds": seconds }), ..Self::new(429, "TooManyRequests", message) };
        let mut answer = refusal.into_response();
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        answer
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { code, reason, message, details } = self;
        let body = json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "details": details, "code": code,
        });
        (StatusCode::from_u16(code).expect("a status"), Json(body)).into_response()
    }
}
