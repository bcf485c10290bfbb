//! Who may do what from afar. Closed unless the token says otherwise, and said before anything is looked up: whoever may
//! not work on a secret does not learn whether it exists.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use keybaton_types::{Role, SecretId, Token};

use crate::{door::Caller, refusal::Refusal, server::Shared};

/// Whoever asks, with an operator's token.
pub(crate) struct Operator(Arc<Token>);

impl FromRequestParts<Arc<Shared>> for Operator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let Caller(token) = Caller::from_request_parts(parts, shared).await?;
        match token.role {
            Role::Operator(_) => Ok(Self(token)),
            Role::Reader => Err(powerless("reading")),
            Role::Signal => Err(powerless("telling of alarms")),
        }
    }
}

impl Operator {
    /// Who it is, for the audit.
    pub(super) fn actor(&self) -> String {
        self.0.actor()
    }

    /// Its token.
    pub(super) fn token(&self) -> &Token {
        &self.0
    }

    /// Whether it may work on this secret.
    pub(super) fn works_on(&self, secret: &SecretId) -> Result<(), Refusal> {
        if self.0.operates(secret) { Ok(()) } else { Err(elsewhere(secret)) }
    }

    /// Whether it may work on every secret, and on what belongs to none.
    pub(crate) fn works_on_all(&self) -> Result<(), Refusal> {
        if self.0.operates_all() { Ok(()) } else { Err(narrow()) }
    }

    /// Whether it may see the value of this secret.
    pub(super) fn sees(&self, secret: &SecretId) -> Result<(), Refusal> {
        self.works_on(secret)?;
        if self.0.reveals(secret) { Ok(()) } else { Err(blind()) }
    }
}

fn powerless(purpose: &str) -> Refusal {
    forbidden("not-an-operator", format!("the token is for {purpose}, not for operating"))
        .hint("`keybaton token create --operator NAME --secret NAME/ENV` makes one that operates")
}

fn elsewhere(secret: &SecretId) -> Refusal {
    forbidden("out-of-scope", format!("the token does not operate on {secret}"))
        .hint(format!("`keybaton token create --operator NAME --secret {secret}` makes one that does"))
}

fn narrow() -> Refusal {
    forbidden("out-of-scope", "the token operates on the secrets that it names, and this is about all of them")
        .hint("`keybaton token create --operator NAME --all` makes one that operates on everything")
}

pub(super) fn blind() -> Refusal {
    forbidden("not-revealing", "the token is shown no values")
        .hint("`keybaton token create --operator NAME --reveal …` makes one that is; each time is audited")
}

fn forbidden(kind: &'static str, title: impl Into<String>) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, kind, title).safe("nothing was changed")
}
