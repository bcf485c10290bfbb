//! Access tokens: made, listed, revoked. A token gives nothing that it does not have, for no longer than it lives itself.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use keybaton_ports::{Failure, FailureKind, Order};
use keybaton_types::{
    Domain, Powers, Role, SecretId, TokenHash, TokenId, TokenLife, Values,
    document::{TokenDone, TokenRow, Tokens},
    wire::TokenWanted,
};

use super::{
    answered::{Answered, created, document},
    rights::{Operator, blind},
    subject,
};
use crate::{
    api::{Answer, Body, Route},
    refusal::Refusal,
    server::Shared,
};

pub(super) fn routes() -> Vec<Route> {
    let refusals = [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY];
    vec![
        Route::get("/v1/tokens", "Every token for nothing but what the asking one is for; never what they say.", list)
            .answers(Answer::json::<Tokens>(StatusCode::OK, "the tokens"))
            .refuses(&[StatusCode::FORBIDDEN]),
        Route::post(
            "/v1/tokens",
            "Keeps the hash of a token that the asker drew; it can do no more than the asking one.",
            make,
        )
        .takes::<TokenWanted>()
        .answers(Answer::json::<TokenDone>(StatusCode::CREATED, "it is good from now on"))
        .refuses(&refusals),
        Route::delete("/v1/tokens/{id}", "Revokes a token.", revoke)
            .answers(Answer::json::<TokenDone>(StatusCode::OK, "it is refused from now on"))
            .refuses(&refusals),
    ]
}

async fn list(State(shared): State<Arc<Shared>>, operator: Operator) -> Answered {
    let mut tokens = shared.parts.desk.list().await?;
    tokens.tokens.retain(|row| is_within(&operator, row));
    Ok(document(&tokens))
}

async fn make(State(shared): State<Arc<Shared>>, operator: Operator, Body(wanted): Body<TokenWanted>) -> Answered {
    let order = order(wanted)?;
    allowed(&operator, &order)?;
    let now = shared.parts.store.now().await.map_err(|error| Refusal::unavailable(&error))?;
    let left = operator.token().expires.since(now);
    let life = TokenLife::new(order.life.span().min(left)).map_err(|error| Refusal::malformed(error.to_string()))?;
    Ok(created(&shared.parts.desk.make(&Order { life, ..order }, &operator.actor()).await?))
}

async fn revoke(State(shared): State<Arc<Shared>>, operator: Operator, Path(id): Path<String>) -> Answered {
    let id: TokenId =
        id.parse().map_err(|error: keybaton_types::TokenIdError| Refusal::malformed(error.to_string()))?;
    let known = shared.parts.desk.list().await?;
    // One that is out of reach is not told from one that there is not.
    let name = id.to_string();
    if !known.tokens.iter().any(|row| row.id == name && is_within(&operator, row)) {
        return Err(missing(&id).into());
    }
    Ok(document(&shared.parts.desk.revoke(&id, &operator.actor()).await?))
}

/// Whether a token is for nothing but what the operator works on.
fn is_within(operator: &Operator, row: &TokenRow) -> bool {
    let token = operator.token();
    let works = |name: &String| name.parse().is_ok_and(|secret: SecretId| token.operates(&secret));
    token.operates_all() || (!row.all && row.secrets.iter().all(works))
}

/// What is asked for, if it makes sense. Whether there are such secrets, the desk knows.
fn order(wanted: TokenWanted) -> Result<Order, Refusal> {
    let secrets: Result<Vec<SecretId>, Refusal> = wanted.secrets.iter().map(|name| subject::whole(name)).collect();
    let domain = if wanted.all { Domain::All } else { Domain::Named };
    let values = if wanted.reveal { Values::Shown } else { Values::Hidden };
    let (consumer, role) = match (wanted.consumer, wanted.operator, wanted.signal) {
        (Some(name), None, None) => (name, Role::Reader),
        (None, Some(name), None) => (name, Role::Operator(Powers { domain, values })),
        (None, None, Some(name)) => (name, Role::Signal),
        (_, _, _) => {
            return Err(Refusal::malformed("a token is for one `consumer`, one `operator` or one `signal`"));
        }
    };
    if (wanted.all || wanted.reveal) && role.powers().is_none() {
        return Err(Refusal::malformed("`all` and `reveal` are an operator's"));
    }
    if wanted.all != wanted.secrets.is_empty() {
        return Err(Refusal::malformed("a token is for the `secrets` that it names, or an operator's for `all`"));
    }
    let life = wanted.expires_seconds.map_or(Ok(TokenLife::DEFAULT), |span| TokenLife::new(Duration::from_secs(span)));
    Ok(Order {
        hash: hash(wanted.hash)?,
        role,
        consumer: named(consumer)?,
        secrets: secrets?,
        life: life.map_err(|error| Refusal::malformed(error.to_string()))?,
    })
}

/// The SHA-256 of a text, and nothing else: whoever sends the text itself is not told that it was kept.
fn hash(text: String) -> Result<TokenHash, Refusal> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let fits = text.len() == 64 && text.bytes().all(digit);
    fits.then_some(TokenHash(text)).ok_or_else(|| Refusal::malformed("`hash` is no SHA-256 in hexadecimal digits"))
}

fn named(name: String) -> Result<String, Refusal> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '/';
    if name.is_empty() || name.len() > 64 || name.contains(odd) {
        return Err(Refusal::malformed(
            "a consumer, an operator or an alert manager has a name of 1 to 64 characters, no spaces and no `/`",
        ));
    }
    Ok(name)
}

/// Nobody gives what he does not have: to read and to reveal takes an operator who is shown values.
fn allowed(operator: &Operator, order: &Order) -> Result<(), Refusal> {
    let powers = order.role.powers();
    let shows = order.role == Role::Reader || powers.is_some_and(|powers| powers.values == Values::Shown);
    if powers.is_some_and(|powers| powers.domain == Domain::All) {
        operator.works_on_all()?;
        let sees = operator.token().role.powers().is_some_and(|powers| powers.values == Values::Shown);
        return if shows && !sees { Err(blind()) } else { Ok(()) };
    }
    for secret in &order.secrets {
        if shows { operator.sees(secret) } else { operator.works_on(secret) }?;
    }
    Ok(())
}

fn missing(id: &TokenId) -> Failure {
    Failure::new(FailureKind::Usage, format!("there is no token {id}"))
        .safe("nothing was changed")
        .hint("`keybaton token list` lists all")
}
