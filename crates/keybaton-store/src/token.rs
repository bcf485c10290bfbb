//! What the audit says of an access token, and how its life is counted, for both stores.

use keybaton_ports::{Grant, Record};
use keybaton_types::{Role, Timestamp, Token};

/// The token that a grant makes.
pub(crate) fn granted(grant: &Grant, now: Timestamp) -> Token {
    Token {
        id: grant.id.clone(),
        role: grant.role,
        consumer: grant.consumer.clone(),
        secrets: grant.secrets.clone(),
        by: grant.by.clone(),
        created: now,
        expires: now + grant.life.span(),
        used: None,
        revoked: None,
    }
}

/// The audit row of a token that was made.
pub(crate) fn created(token: &Token) -> Record {
    note(&token.by, format!("the access token {} was made for {}", token.id, whom(token)))
}

/// The audit row of a token that was revoked.
pub(crate) fn revoked(token: &Token, by: &str) -> Record {
    note(by, format!("the access token {} of {} was revoked", token.id, whom(token)))
}

fn whom(token: &Token) -> String {
    match token.role {
        Role::Reader => format!("the consumer {}", token.consumer),
        role @ (Role::Signal | Role::Operator(_)) => format!("{}, as {role}", token.consumer),
    }
}

fn note(by: &str, note: String) -> Record {
    Record { actor: by.to_owned(), event: None, note: Some(note), heard: None, by: None, confirmed: Vec::new() }
}
