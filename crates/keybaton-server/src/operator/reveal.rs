//! The current value, for an operator whose token says that values are shown. It is in the audit before it is answered.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_ports::{Failure, FailureKind, Served};
use keybaton_types::{SecretId, document::Revealed};

use super::{
    answered::{Answered, document},
    rights::Operator,
    subject::Subject,
};
use crate::{
    api::{Answer, Route},
    refusal::Refusal,
    server::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let summary = "Shows the current value to an operator; it is audited, and counts as seen from then on.";
    vec![
        Route::post("/v1/secrets/{name}/{env}/reveals", summary, reveal)
            .answers(Answer::json::<Revealed<String>>(StatusCode::OK, "the value"))
            .refuses(&[StatusCode::FORBIDDEN, StatusCode::CONFLICT, StatusCode::SERVICE_UNAVAILABLE]),
    ]
}

async fn reveal(State(shared): State<Arc<Shared>>, operator: Operator, Subject(secret): Subject) -> Answered {
    operator.sees(&secret)?;
    let served = shared.parts.operations.get(&secret, &operator.actor()).await?;
    Ok(document(&revealed(&secret, &served)?))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the value is what an operator who may see it asks for; it was audited before"
)]
fn revealed<'a>(secret: &SecretId, served: &'a Served) -> Result<Revealed<&'a str>, Refusal> {
    let value = std::str::from_utf8(served.value.expose()).map_err(|error| {
        Failure::new(FailureKind::Unknown, "the value is not text, so it does not fit into a document").because(&error)
    })?;
    Ok(served.document(secret, value))
}
