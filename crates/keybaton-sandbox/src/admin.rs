//! An admin call from its authentication to its honest answer; what goes wrong is in `spoil.rs`.

use axum::Json;
use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::middleware::Next as Inward;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::App;
use crate::consumer::bearer;
use crate::dialect::Answer;
use crate::effect::{Effect, Outcome};

/// Lets a request pass that carries the admin's credential in the way of the dialect.
pub(crate) async fn require_dialect(Shared(app): Shared<App>, request: Request, inward: Inward) -> Response {
    if app.dialect.style().admits(request.headers(), &app.admin_token) {
        return inward.run(request).await;
    }
    app.wrong_admin().into_response()
}

/// Lets a request pass that carries the admin's token as a bearer.
pub(crate) async fn require_bearer(Shared(app): Shared<App>, request: Request, inward: Inward) -> Response {
    if bearer(request.headers()) == Some(&*app.admin_token) {
        return inward.run(request).await;
    }
    (StatusCode::UNAUTHORIZED, Json(json!({ "error": "the admin's token is missing or wrong" }))).into_response()
}

/// Carries out one admin call, or lets it go wrong when a fault is waiting for it.
pub(crate) async fn perform(app: &App, effect: Effect) -> Response {
    match app.state.begin(effect.operation()) {
        None => app.honest(&effect).into_response(),
        Some(fault) => app.spoil(effect, fault).await,
    }
}

impl App {
    pub(crate) fn honest(&self, effect: &Effect) -> Answer {
        self.render(&self.state.apply(effect))
    }

    pub(crate) fn render(&self, outcome: &Outcome) -> Answer {
        self.dialect.style().render(outcome, &self.url)
    }

    pub(crate) fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer {
        self.dialect.style().refuse(status, code, words)
    }

    pub(crate) fn wrong_admin(&self) -> Answer {
        self.refuse(StatusCode::UNAUTHORIZED, "unauthorized", "the admin credential is wrong")
    }
}
