//! Alerts: what is open, how the channels fare, and a test of one.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_types::{
    SecretId,
    document::{Alert, AlertTested, Alerts},
    wire::AlertTestWanted,
};

use super::{
    answered::{Answered, document},
    rights::Operator,
};
use crate::{
    api::{Answer, Body, Route},
    server::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
    vec![
        Route::get("/v1/alerts", "What is open, what was resolved lately, and how each channel fares.", list)
            .answers(Answer::json::<Alerts>(StatusCode::OK, "the alerts that the token operates on"))
            .refuses(&[StatusCode::FORBIDDEN]),
        Route::post("/v1/alerts/tests", "Sends a test alert on a channel, and resolves it.", test)
            .takes::<AlertTestWanted>()
            .answers(Answer::json::<AlertTested>(StatusCode::OK, "how each message was taken"))
            .refuses(&refusals),
    ]
}

async fn list(State(shared): State<Arc<Shared>>, operator: Operator) -> Answered {
    let mut alerts = shared.parts.alerts.list().await?;
    alerts.alerts.retain(|alert| is_within(&operator, alert));
    Ok(document(&alerts))
}

async fn test(State(shared): State<Arc<Shared>>, operator: Operator, Body(wanted): Body<AlertTestWanted>) -> Answered {
    operator.works_on_all()?;
    Ok(document(&shared.parts.alerts.test(&wanted.channel, &operator.actor()).await?))
}

/// Whether an alert is about something that the operator works on; what is about keybaton itself is about everything.
fn is_within(operator: &Operator, alert: &Alert) -> bool {
    let secret = alert.secret.as_ref().zip(alert.env.as_ref()).and_then(|(name, env)| SecretId::new(name, env).ok());
    let token = operator.token();
    secret.map_or(token.operates_all(), |secret| token.operates(&secret))
}
