//! Access tokens as the commands make, list and revoke them, over this process's state database. Who may ask for what is
//! not looked at here: at a keyboard it is whoever can open the database, from afar the server checks it first.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_core::civil::rfc3339;
use keybaton_ports::{Failure, FailureKind, Grant, Order, Store, StoreError, TokenDesk, Tokens};
use keybaton_seal::draw_token_id;
use keybaton_types::{
    Domain, Role, SecretId, Timestamp, Token, TokenId, Values,
    document::{self, TokenDone, TokenRow},
};

use crate::Charges;

/// The desk of a local state database.
pub struct LocalDesk {
    store: Arc<dyn Store>,
    tokens: Arc<dyn Tokens>,
    charges: Charges,
}

impl LocalDesk {
    /// A desk over this state database and these secrets.
    pub fn new(store: Arc<dyn Store>, tokens: Arc<dyn Tokens>, charges: Charges) -> Self {
        Self { store, tokens, charges }
    }

    /// The secrets of an order, each of which the configuration names.
    fn secrets(&self, order: &Order) -> Result<Vec<SecretId>, Failure> {
        let all = self.charges.all();
        if order.role.powers().is_some_and(|powers| powers.domain == Domain::All) {
            return Ok(all.keys().cloned().collect());
        }
        if let Some(unknown) = order.secrets.iter().find(|secret| !all.contains_key(*secret)) {
            return Err(undeclared(unknown));
        }
        let mut secrets = order.secrets.clone();
        secrets.sort();
        secrets.dedup();
        if secrets.is_empty() { Err(aimless()) } else { Ok(secrets) }
    }

    /// A consumer that is not declared may be a slip.
    fn warnings(&self, token: &Token) -> Vec<String> {
        if token.role != Role::Reader {
            return Vec::new();
        }
        let consumer = &token.consumer;
        let declares = |secret: &SecretId| {
            let charge = self.charges.get(secret);
            charge.is_some_and(|charge| charge.policy.consumers.iter().any(|declared| declared.name == *consumer))
        };
        let strange = token.secrets.iter().filter(|secret| !declares(secret));
        let warning = |secret| {
            format!(
                "{secret} declares no consumer {consumer}; it counts from its first read on, but nobody waits for it \
                 before"
            )
        };
        strange.map(warning).collect()
    }

    async fn now(&self) -> Result<Timestamp, Failure> {
        self.store.now().await.map_err(unstored)
    }
}

#[async_trait]
impl TokenDesk for LocalDesk {
    async fn make(&self, order: &Order, by: &str) -> Result<TokenDone, Failure> {
        let grant = Grant {
            id: draw_token_id().map_err(|error| undrawn(&error))?,
            hash: order.hash.clone(),
            role: order.role,
            consumer: order.consumer.clone(),
            secrets: self.secrets(order)?,
            life: order.life,
            by: by.to_owned(),
        };
        let made = self.tokens.create_token(&grant).await.map_err(unstored)?;
        Ok(TokenDone { warnings: self.warnings(&made), ..done(&made, made.created) })
    }

    async fn list(&self) -> Result<document::Tokens, Failure> {
        let now = self.now().await?;
        let tokens = self.tokens.tokens().await.map_err(unstored)?;
        let tokens = tokens.iter().map(|token| row(token, now)).collect();
        Ok(document::Tokens { schema: document::Tokens::SCHEMA.to_owned(), tokens })
    }

    async fn revoke(&self, id: &TokenId, by: &str) -> Result<TokenDone, Failure> {
        let revoked = self.tokens.revoke_token(id, by).await.map_err(unstored)?;
        let revoked = revoked.ok_or_else(|| missing(id))?;
        Ok(done(&revoked, self.now().await?))
    }
}

fn done(token: &Token, now: Timestamp) -> TokenDone {
    TokenDone { schema: TokenDone::SCHEMA.to_owned(), row: row(token, now), warnings: Vec::new() }
}

/// What is shown of a token.
fn row(token: &Token, now: Timestamp) -> TokenRow {
    let powers = token.role.powers();
    let name = |is: bool| is.then(|| token.consumer.clone());
    let (reads, tells) = (token.role == Role::Reader, token.role == Role::Signal);
    TokenRow {
        id: token.id.to_string(),
        consumer: name(reads),
        operator: name(powers.is_some()),
        signal: name(tells),
        secrets: token.secrets.iter().map(ToString::to_string).collect(),
        all: token.operates_all(),
        reveal: powers.is_some_and(|powers| powers.values == Values::Shown),
        by: token.by.clone(),
        created: rfc3339(token.created),
        expires: rfc3339(token.expires),
        last_used: token.used.map(rfc3339),
        revoked: token.revoked.map(rfc3339),
        good: token.is_good(now),
    }
}

fn undeclared(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration"))
        .safe("no token was made")
        .hint("`keybaton status` lists all")
}

fn aimless() -> Failure {
    Failure::new(FailureKind::Usage, "the token would be for no secret")
        .safe("no token was made")
        .hint("name each secret that it is for")
}

fn missing(id: &TokenId) -> Failure {
    Failure::new(FailureKind::Usage, format!("there is no token {id}"))
        .safe("nothing was changed")
        .hint("`keybaton token list` lists all")
}

fn undrawn(error: &keybaton_seal::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "no token could be drawn").because(error).safe("no token was made")
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unstored(error: StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the access tokens cannot be read or written")
        .because(&error)
        .safe("no token was made or revoked")
        .hint("`keybaton doctor` looks at the state database")
}
