//! What a person knows of a consumer.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_ports::Word;
use keybaton_types::{
    document::Told,
    wire::{self, WordGiven},
};

use super::{
    answered::{Answered, document},
    rights::Operator,
    subject::Subject,
};
use crate::{
    api::{Answer, Body, Route},
    server::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/v1/secrets/{name}/{env}/words", "Records what a person knows of a consumer.", vouch)
            .takes::<WordGiven>()
            .answers(Answer::json::<Told>(StatusCode::OK, "of whom it was recorded"))
            .refuses(&[StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::CONFLICT]),
    ]
}

async fn vouch(
    State(shared): State<Arc<Shared>>,
    operator: Operator,
    Subject(secret): Subject,
    Body(given): Body<WordGiven>,
) -> Answered {
    operator.works_on(&secret)?;
    let word = match given.word {
        wire::Word::Moved => Word::Moved,
        wire::Word::Gone => Word::Gone,
    };
    let (consumer, instance) = (given.consumer.as_str(), given.instance.as_deref());
    let consumers = shared.parts.operations.vouch(&secret, consumer, instance, word, &operator.actor()).await?;
    let (secret, env) = (secret.name().to_owned(), secret.env().to_owned());
    Ok(document(&Told { schema: Told::SCHEMA.to_owned(), secret, env, consumers }))
}
