//! What an operator looks at: the status, a plan, an explanation, a check, the history. Only what its token is for.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_types::{
    SecretId,
    document::{Check, History, Status},
};

use super::{
    answered::{About, Answered, document},
    query::Asked,
    rights::Operator,
    subject::Subject,
};
use crate::{
    api::{Answer, Route},
    server::Shared,
};

/// The most rotations of one answer.
const MOST: u32 = 10_000;

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SERVICE_UNAVAILABLE];
    let told = |what| Answer::json::<serde_json::Value>(StatusCode::OK, what);
    vec![
        Route::get("/v1/status", "Every secret that the token is for, the oldest key first.", status)
            .answers(Answer::json::<Status>(StatusCode::OK, "the secrets"))
            .refuses(&refusals),
        Route::get("/v1/secrets/{name}/{env}/plan", "What a rotation would do, and what could go wrong.", plan)
            .answers(told("`keybaton/plan/v1`, as `keybaton plan --json` prints it"))
            .refuses(&refusals),
        Route::get(
            "/v1/secrets/{name}/{env}/explanation",
            "Why a key is in its state, and what happens next.",
            explain,
        )
        .answers(told("`keybaton/explain/v1`, as `keybaton explain --json` prints it"))
        .refuses(&refusals),
        Route::get(
            "/v1/secrets/{name}/{env}/check",
            "Whether what consumers read now works: it is read as they read it, and tried.",
            check,
        )
        .answers(Answer::json::<Check>(StatusCode::OK, "whether it does"))
        .refuses(&refusals),
        Route::get("/v1/history", "How rotations went, the newest first.", history)
            .query::<String>("secret", "Only of this secret, as NAME/ENV.")
            .query::<u32>("limit", "How many; 20 without it.")
            .answers(Answer::json::<History>(StatusCode::OK, "the rotations"))
            .refuses(&refusals),
    ]
}

async fn status(State(shared): State<Arc<Shared>>, operator: Operator) -> Answered {
    let mut status = shared.parts.operations.status().await?;
    status.secrets.retain(|row| is_for(&operator, &row.secret, &row.env));
    Ok(document(&status))
}

async fn plan(State(shared): State<Arc<Shared>>, operator: Operator, Subject(secret): Subject) -> Answered {
    operator.works_on(&secret)?;
    let known = shared.parts.operations.plan(&secret).await?;
    Ok(document(&About { schema: "keybaton/plan/v1", secret: secret.name(), env: secret.env(), known }))
}

async fn explain(State(shared): State<Arc<Shared>>, operator: Operator, Subject(secret): Subject) -> Answered {
    operator.works_on(&secret)?;
    let known = shared.parts.operations.explain(&secret).await?;
    Ok(document(&About { schema: "keybaton/explain/v1", secret: secret.name(), env: secret.env(), known }))
}

async fn check(State(shared): State<Arc<Shared>>, operator: Operator, Subject(secret): Subject) -> Answered {
    operator.works_on(&secret)?;
    Ok(document(&shared.parts.operations.check(&secret).await?))
}

async fn history(State(shared): State<Arc<Shared>>, operator: Operator, asked: Asked) -> Answered {
    let limit = asked.limit(20, MOST) as usize;
    if let Some(secret) = &asked.secret {
        operator.works_on(secret)?;
    }
    // Of a token that is not for all, others' rotations are left out before they are counted.
    let all = operator.token().operates_all() || asked.secret.is_some();
    let read = if all { limit } else { MOST as usize };
    let mut history = shared.parts.operations.history(asked.secret.as_ref(), read).await?;
    history.rotations.retain(|past| is_for(&operator, &past.secret, &past.env));
    history.rotations.truncate(limit);
    Ok(document(&history))
}

fn is_for(operator: &Operator, secret: &str, env: &str) -> bool {
    SecretId::new(secret, env).is_ok_and(|secret| operator.token().operates(&secret))
}
