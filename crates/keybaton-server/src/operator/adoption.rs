//! A key that is taken over, or handed to a rotation that waits for one. Its value comes in the body, and nothing of it is
//! repeated in any answer.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_ports::{Adoption, Failure, FailureKind, Proof, Sharing, VaultUse};
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId, document::Adopted, wire::AdoptionWanted};

use super::{
    answered::{Answered, created},
    rights::Operator,
    subject::Subject,
};
use crate::{
    api::{Answer, Body, Route},
    refusal::Refusal,
    server::Shared,
};

/// The longest body: the longest value, if JSON has to write each of its bytes as six characters, and the rest.
const LIMIT: usize = 6 * SecretValue::LIMIT + 8 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let route = Route::post(
        "/v1/secrets/{name}/{env}/adoptions",
        "Takes over an existing key without changing it, or hands one to a rotation that waits for it.",
        adopt,
    );
    vec![
        route
            .takes::<AdoptionWanted<String>>()
            .answers(Answer::json::<Adopted>(StatusCode::CREATED, "it is taken over"))
            .refuses(&[StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::CONFLICT])
            .refuses(&[
                StatusCode::PAYLOAD_TOO_LARGE,
                StatusCode::UNPROCESSABLE_ENTITY,
                StatusCode::SERVICE_UNAVAILABLE,
            ]),
    ]
}

async fn adopt(
    State(shared): State<Arc<Shared>>,
    operator: Operator,
    Subject(secret): Subject,
    Body(wanted): Body<AdoptionWanted<String>, LIMIT>,
) -> Answered {
    operator.works_on(&secret)?;
    let adoption = adoption(secret, wanted, operator.actor())?;
    // An asker who hangs up leaves nothing half done: the work goes on without him.
    let adopted = tokio::spawn(async move { shared.parts.operations.adopt(adoption).await }).await;
    let adopted =
        adopted.map_err(|error| Failure::new(FailureKind::Unknown, "the key was not taken over").because(&error))?;
    Ok(created(&adopted?))
}

fn adoption(secret: SecretId, wanted: AdoptionWanted<String>, by: String) -> Result<Adoption, Refusal> {
    let value = SecretValue::from_text(wanted.value);
    let value = value.ok().filter(|value| !value.is_empty()).ok_or_else(|| Refusal::from(valueless()))?;
    Ok(Adoption {
        secret,
        id: wanted.id.map(IssuedId),
        value,
        proof: if wanted.unproven { Proof::Waived } else { Proof::Needed },
        vault: if wanted.publish { VaultUse::Publish } else { VaultUse::Compare },
        sharing: if wanted.shared { Sharing::Accepted } else { Sharing::Refused },
        by,
    })
}

fn valueless() -> Failure {
    Failure::new(FailureKind::Usage, "the value is empty or too long")
        .safe("nothing was changed")
        .hint(format!("a value has 1 to {} bytes", SecretValue::LIMIT))
}
