//! The audit: rows as they are kept, and whether they are whole.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::IntoResponse as _};
use keybaton_ports::AuditRow;
use keybaton_types::{
    document::{Audited, Checkpoint},
    wire::{AuditLine, AuditRows, Checkpoints},
};

use super::{
    answered::{Answered, document},
    query::Asked,
    rights::Operator,
};
use crate::{
    api::{Answer, Route},
    server::Shared,
};

/// The most rows of each secret in one answer.
const MOST: u32 = 1000;

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::FORBIDDEN, StatusCode::SERVICE_UNAVAILABLE];
    vec![
        Route::get("/v1/audit", "Rows of the audit, the oldest of each secret first.", rows)
            .query::<String>("secret", "Only of this secret, as NAME/ENV.")
            .query::<u64>("after", "Only rows after this number; 0 without it.")
            .query::<u32>("limit", "How many of each secret at most; 1000 without it, and never more.")
            .answers(Answer::json::<AuditRows>(StatusCode::OK, "the rows"))
            .refuses(&refusals),
        Route::get("/v1/audit/checkpoints", "Signatures over the heads of every chain, oldest first.", checkpoints)
            .query::<u64>("after", "Only checkpoints after this number; 0 without it.")
            .query::<u32>("limit", "How many at most; 1000 without it, and never more.")
            .answers(Answer::json::<Checkpoints>(StatusCode::OK, "the checkpoints"))
            .refuses(&refusals),
        Route::post("/v1/audit/checkpoints", "Signs the heads of every chain as they are now.", sign)
            .answers(Answer::json::<Checkpoint>(StatusCode::OK, "the last checkpoint"))
            .answers(Answer::empty(StatusCode::NO_CONTENT, "there is nothing to sign yet"))
            .refuses(&refusals),
        Route::get("/v1/audit/verification", "Whether every chain of the audit is whole.", verify)
            .answers(Answer::json::<Audited>(StatusCode::OK, "whether it is"))
            .refuses(&refusals),
    ]
}

async fn rows(State(shared): State<Arc<Shared>>, operator: Operator, asked: Asked) -> Answered {
    if let Some(secret) = &asked.secret {
        operator.works_on(secret)?;
    }
    let (secret, limit) = (asked.secret.as_ref(), asked.limit(MOST, MOST));
    let rows = shared.parts.operations.audit(secret, asked.after, limit).await?;
    let rows = rows.into_iter().filter(|row| operator.token().operates(&row.secret)).map(line).collect();
    Ok(document(&AuditRows { schema: AuditRows::SCHEMA.to_owned(), rows }))
}

async fn verify(State(shared): State<Arc<Shared>>, operator: Operator) -> Answered {
    operator.works_on_all()?;
    Ok(document(&shared.parts.operations.audit_verify().await?))
}

async fn checkpoints(State(shared): State<Arc<Shared>>, operator: Operator, asked: Asked) -> Answered {
    operator.works_on_all()?;
    let checkpoints = shared.parts.operations.checkpoints(asked.after, asked.limit(MOST, MOST)).await?;
    Ok(document(&Checkpoints { schema: Checkpoints::SCHEMA.to_owned(), checkpoints }))
}

async fn sign(State(shared): State<Arc<Shared>>, operator: Operator) -> Answered {
    operator.works_on_all()?;
    Ok(match shared.parts.operations.checkpoint().await? {
        Some(checkpoint) => document(&checkpoint),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn line(row: AuditRow) -> AuditLine {
    let AuditRow { secret, no, at, body, prev, hash } = row;
    AuditLine { secret: secret.to_string(), no, at_us: at.0, body, prev, hash }
}
