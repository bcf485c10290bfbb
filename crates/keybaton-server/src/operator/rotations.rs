//! Rotations: asked for, looked at, and steered.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_core::rotation::{Cause, Request};
use keybaton_ports::{Failure, FailureKind, Wanted};
use keybaton_types::{
    document::{Asked, Rotation},
    wire::{self, Reason, Requested, RotationWanted},
};

use super::{
    answered::{Answered, accepted, document},
    rights::Operator,
    subject::{self, Subject, Turned},
};
use crate::{
    api::{Answer, Body, Route},
    refusal::Refusal,
    server::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::CONFLICT];
    let recorded = || Answer::json::<Asked>(StatusCode::ACCEPTED, "it is recorded; an engine carries it out");
    vec![
        Route::post("/v1/rotations", "Asks for a rotation, or takes part in the one that runs.", begin)
            .takes::<RotationWanted>()
            .answers(recorded())
            .refuses(&refusals)
            .refuses(&[StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SERVICE_UNAVAILABLE]),
        Route::get("/v1/rotations/{rotation}", "How a rotation stands; nothing is driven by asking.", look)
            .answers(Answer::json::<Rotation>(StatusCode::OK, "how it stands"))
            .refuses(&refusals)
            .refuses(&[StatusCode::NOT_FOUND]),
        Route::post("/v1/secrets/{name}/{env}/requests", "Asks something of the rotation that runs.", request)
            .takes::<Requested>()
            .answers(recorded())
            .refuses(&refusals),
    ]
}

async fn begin(State(shared): State<Arc<Shared>>, operator: Operator, Body(wanted): Body<RotationWanted>) -> Answered {
    let secret = subject::secret(&wanted.secret, &wanted.env)?;
    operator.works_on(&secret)?;
    let cause = match wanted.reason {
        None | Some(Reason::Asked) => Cause::Asked,
        Some(Reason::Leaked) => Cause::Leaked,
    };
    let asked = shared.parts.operations.ask(&secret, Wanted::Rotate(cause), &operator.actor()).await?;
    Ok(accepted(&asked))
}

async fn look(State(shared): State<Arc<Shared>>, operator: Operator, rotation: Turned) -> Answered {
    operator.works_on(&rotation.secret)?;
    let found = shared.parts.operations.rotation(&rotation.secret, &rotation.name).await;
    match found {
        Ok(found) => Ok(document(&found)),
        Err(failure) => Err(lost(failure)),
    }
}

/// A rotation that there is not is a path that leads nowhere.
fn lost(failure: Failure) -> Refusal {
    let missing = failure.kind == FailureKind::No;
    let refusal = Refusal::from(failure);
    if missing { refusal.status(StatusCode::NOT_FOUND) } else { refusal }
}

async fn request(
    State(shared): State<Arc<Shared>>,
    operator: Operator,
    Subject(secret): Subject,
    Body(wanted): Body<Requested>,
) -> Answered {
    operator.works_on(&secret)?;
    let request = match wanted.request {
        wire::Request::Rollback => Request::Rollback,
        wire::Request::Force => Request::Force,
        wire::Request::Resume => Request::Resume,
        wire::Request::Hasten => Request::Hasten,
    };
    let asked = shared.parts.operations.ask(&secret, Wanted::Of(request), &operator.actor()).await?;
    Ok(accepted(&asked))
}
