//! An admin call from its authentication to its answer, faults included.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::middleware::Next as Inward;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::app::{App, Waited};
use crate::consumer::bearer;
use crate::dialect::Answer;
use crate::effect::{Effect, Next, Operation, Outcome};
use crate::fault::Fault;
use crate::hostile;
use crate::server::Cut;

/// Lets a request pass that carries the admin's credential in the way of the dialect.
pub(crate) async fn require_dialect(Shared(app): Shared<App>, request: Request, inward: Inward) -> Response {
    if app.dialect.style().admits(request.headers(), &app.admin_token) {
        return inward.run(request).await;
    }
    app.refuse(StatusCode::UNAUTHORIZED, "unauthorized", "the admin credential is wrong").into_response()
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
    async fn spoil(&self, effect: Effect, fault: Fault) -> Response {
        match fault {
            Fault::RefuseBefore => Cut::response(),
            Fault::ErrorNotDone { status } => self.error(status).into_response(),
            Fault::ErrorDone { status } => {
                self.state.apply(&effect);
                self.error(status).into_response()
            }
            Fault::HangThenDone { ms } => self.hang_then_do(ms, effect).await,
            Fault::DoneThenHang { ms } => {
                let answer = self.honest(&effect);
                self.wait(ms).await;
                answer.into_response()
            }
            Fault::HangNotDone { ms } => {
                self.wait(ms).await;
                Cut::response()
            }
            Fault::ResetAfterDone => {
                self.state.apply(&effect);
                Cut::response()
            }
            Fault::Duplicate => {
                let answer = self.honest(&effect);
                self.state.apply(&effect);
                answer.into_response()
            }
            Fault::Late { after_ms, status } => {
                self.do_later(after_ms, effect);
                self.error(status).into_response()
            }
            Fault::TooManyRequests { .. } | Fault::WrongAdmin | Fault::Full | Fault::Redirect { .. } => {
                self.turn_away(&fault).into_response()
            }
            Fault::EchoAdmin => {
                let words = format!("no upstream for {}", self.admin_token);
                self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", &words).into_response()
            }
            Fault::ForeignNext | Fault::LoopingNext => self.mislead(&effect, &fault).into_response(),
            Fault::BrokenJson
            | Fault::HugeBody { .. }
            | Fault::WrongTypes
            | Fault::MissingField { .. }
            | Fault::SlowDrip { .. } => self.garble(&effect, fault),
        }
    }

    /// Refusals after which nothing has happened.
    fn turn_away(&self, fault: &Fault) -> Answer {
        match fault {
            Fault::TooManyRequests { retry_after } => self
                .refuse(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "slow down")
                .with_header(RETRY_AFTER, &retry_after.to_string()),
            Fault::Full => self.dialect.style().full(self.state.live_ids().len()),
            Fault::Redirect { to } => Answer::empty(StatusCode::TEMPORARY_REDIRECT).with_header(LOCATION, to),
            _ => self.refuse(StatusCode::UNAUTHORIZED, "unauthorized", "the admin credential is wrong"),
        }
    }

    /// A list whose link to the next page leads astray.
    fn mislead(&self, effect: &Effect, fault: &Fault) -> Answer {
        let mut outcome = self.state.apply(effect);
        if let (Outcome::Listed(page), Effect::List { after }) = (&mut outcome, effect) {
            page.next = if *fault == Fault::ForeignNext { Next::Foreign } else { Next::After(*after) };
        }
        self.render(&outcome)
    }

    /// The effect, and an answer that no client should swallow.
    fn garble(&self, effect: &Effect, fault: Fault) -> Response {
        let mut answer = self.honest(effect);
        match fault {
            Fault::HugeBody { bytes } => hostile::behind_white_space(self, answer, bytes),
            Fault::SlowDrip { every_ms, for_ms } => hostile::drip(self, answer, every_ms, for_ms),
            Fault::WrongTypes => {
                hostile::change_types(&mut answer);
                answer.into_response()
            }
            Fault::MissingField { field } => {
                let fields = self.dialect.style().fields();
                let usual = if effect.operation() == Operation::Create { fields.value } else { fields.id };
                hostile::drop_field(&mut answer, field.as_deref().unwrap_or(usual));
                answer.into_response()
            }
            _ => {
                let half = hostile::half(&answer);
                answer.with_bytes(Body::from(half))
            }
        }
    }

    /// Waits beside the request, so that the effect comes even if the caller hangs up.
    async fn hang_then_do(&self, ms: u64, effect: Effect) -> Response {
        let app = self.clone();
        let waiting = self.tasks.spawn(async move {
            let waited = app.wait(ms).await;
            (waited == Waited::Fully).then(|| app.honest(&effect))
        });
        match waiting.await {
            Ok(Some(answer)) => answer.into_response(),
            Ok(None) | Err(_) => Cut::response(),
        }
    }

    fn do_later(&self, ms: u64, effect: Effect) {
        let app = self.clone();
        self.tasks.spawn(async move {
            if app.wait(ms).await == Waited::Fully {
                app.state.apply(&effect);
            }
        });
    }

    fn honest(&self, effect: &Effect) -> Answer {
        self.render(&self.state.apply(effect))
    }

    fn render(&self, outcome: &Outcome) -> Answer {
        self.dialect.style().render(outcome, &self.url)
    }

    fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer {
        self.dialect.style().refuse(status, code, words)
    }

    fn error(&self, status: u16) -> Answer {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self.refuse(status, "internal", "something broke")
    }
}
