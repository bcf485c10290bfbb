//! `/_sandbox`: how another process steers a sandbox and looks into it. Bearer of the admin's token, in every dialect.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::admin;
use crate::app::App;
use crate::effect::Operation;
use crate::fault::Fault;
use crate::key::{Key, Scope};
use crate::keyring::Totals;

/// The body of `POST /_sandbox/faults`; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Steering {
    /// Forget all waiting faults first.
    pub clear: bool,
    /// Faults to append.
    pub queue: Vec<Queued>,
    /// What keys may do at `/v1/work`.
    pub scope: ScopeSteering,
    /// How long a new key is refused, in milliseconds.
    pub propagation_ms: Option<u64>,
    /// How long a disabled or destroyed key is still accepted, in milliseconds.
    pub revoke_lag_ms: Option<u64>,
    /// How many keys fit.
    pub max_credentials: Option<usize>,
}

/// A fault and the operation that it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queued {
    /// The operation.
    pub operation: Operation,
    /// The fault.
    pub fault: Fault,
    /// How many calls it spoils, 1 by default.
    #[serde(default = "once")]
    pub times: u16,
}

/// What keys may do at `/v1/work`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScopeSteering {
    /// For keys that are made from now on.
    pub new: Option<Scope>,
    /// For keys that exist, by id.
    pub keys: BTreeMap<String, Scope>,
}

/// The answer of `GET /_sandbox/keys`; no values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Every key, destroyed ones included.
    pub keys: Vec<Key>,
    /// The counts over everything.
    pub totals: Totals,
    /// Admin calls that arrived, per operation.
    pub calls: BTreeMap<Operation, u64>,
    /// Faults that are still waiting, per operation.
    pub faults: BTreeMap<Operation, usize>,
}

/// A key was named that never existed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey {
    /// The id as it was given.
    pub id: String,
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "find a key with the id {:?}", self.id)
    }
}

impl std::error::Error for UnknownKey {}

pub(crate) fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/_sandbox/faults", post(steer))
        .route("/_sandbox/keys", get(report))
        .route_layer(middleware::from_fn_with_state(app.clone(), admin::require_bearer))
}

async fn steer(Shared(app): Shared<App>, Json(steering): Json<Steering>) -> Response {
    match app.state.steer(steering) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(unknown) => {
            let body = json!({ "error": format!("failed to {unknown}") });
            (StatusCode::NOT_FOUND, Json(body)).into_response()
        }
    }
}

async fn report(Shared(app): Shared<App>) -> Json<Report> {
    Json(app.state.report())
}

fn once() -> u16 {
    1
}
