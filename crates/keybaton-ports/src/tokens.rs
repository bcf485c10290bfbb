//! Access tokens: made, listed, revoked, looked up. Nobody keeps their text, only its hash.

use async_trait::async_trait;
use keybaton_types::{
    Role, SecretId, Token, TokenHash, TokenId, TokenLife,
    document::{self, TokenDone},
};

use crate::{Failure, StoreError};

/// Where access tokens are kept: in the state database, beside the ledgers. Every method is one transaction.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// Keeps a new token, good from now on by the store's clock, with an audit row in each secret that it may read. A
    /// secret without a ledger gets one.
    async fn create_token(&self, grant: &Grant) -> Result<Token, StoreError>;

    /// Every token, the newest first; those that are revoked or have run out too.
    async fn tokens(&self) -> Result<Vec<Token>, StoreError>;

    /// Revokes a token, with an audit row in each secret that it could read; `None` when there is no such token. One
    /// that was revoked before stays as it was, and nothing is written.
    async fn revoke_token(&self, id: &TokenId, by: &str) -> Result<Option<Token>, StoreError>;

    /// The token with this hash, if it is neither revoked nor run out by the store's clock.
    async fn bearer(&self, hash: &TokenHash) -> Result<Option<Token>, StoreError>;

    /// Whether there was ever a token with this hash here: one that was revoked or has run out too.
    async fn was_token(&self, hash: &TokenHash) -> Result<bool, StoreError>;

    /// Records that a token was used just now. Call it once in a while, not for every request.
    async fn touch_token(&self, id: &TokenId) -> Result<(), StoreError>;
}

/// Access tokens as the commands make, list and revoke them, whoever does it: this process, or a server that is asked.
#[async_trait]
pub trait TokenDesk: Send + Sync {
    /// Makes a token. Its text was drawn by whoever asks: only the hash comes here.
    async fn make(&self, order: &Order, by: &str) -> Result<TokenDone, Failure>;

    /// Every token, the newest first; never what it says.
    async fn list(&self) -> Result<document::Tokens, Failure>;

    /// Revokes a token; one that was revoked before stays as it was.
    async fn revoke(&self, id: &TokenId, by: &str) -> Result<TokenDone, Failure>;
}

/// A token that somebody wants made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The hash of its text.
    pub hash: TokenHash,
    /// What it is for.
    pub role: Role,
    /// The consumer that reads with it, or the operator or the alert manager by name.
    pub consumer: String,
    /// What it may read, or operate on; none for an operator on everything.
    pub secrets: Vec<SecretId>,
    /// How long it is good for.
    pub life: TokenLife,
}

/// A token to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its public name, drawn by the caller.
    pub id: TokenId,
    /// The hash of its text.
    pub hash: TokenHash,
    /// What it is for.
    pub role: Role,
    /// The consumer that reads with it, or the operator by name.
    pub consumer: String,
    /// What it may read, or operate on; of an operator on everything, every secret that there is.
    pub secrets: Vec<SecretId>,
    /// How long it is good for.
    pub life: TokenLife,
    /// Who makes it.
    pub by: String,
}
