//! Access tokens, kept in memory.

use async_trait::async_trait;
use keybaton_ports::{Grant, Record, StoreError, Tokens};
use keybaton_types::{SecretId, Timestamp, Token, TokenHash, TokenId};

use super::{Book, Memory, Shelves};
use crate::token;

#[async_trait]
impl Tokens for Memory {
    async fn create_token(&self, grant: &Grant) -> Result<Token, StoreError> {
        let made = token::granted(grant, self.time());
        let mut shelves = self.shelves();
        if shelves.tokens.iter().any(|(hash, known)| *hash == grant.hash || known.id == made.id) {
            return Err(StoreError::Database { what: "make an access token", source: "it exists already".into() });
        }
        note(&mut shelves, &made.secrets, &token::created(&made), made.created)?;
        shelves.tokens.push((grant.hash.clone(), made.clone()));
        self.changed();
        Ok(made)
    }

    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let mut all: Vec<Token> = self.shelves().tokens.iter().map(|(_, token)| token.clone()).collect();
        all.sort_by(|a, b| (b.created, &a.id).cmp(&(a.created, &b.id)));
        Ok(all)
    }

    async fn revoke_token(&self, id: &TokenId, by: &str) -> Result<Option<Token>, StoreError> {
        let now = self.time();
        let mut shelves = self.shelves();
        let Some(at) = shelves.tokens.iter().position(|(_, token)| token.id == *id) else { return Ok(None) };
        let mut token = shelves.tokens[at].1.clone();
        if token.revoked.is_none() {
            note(&mut shelves, &token.secrets, &token::revoked(&token, by), now)?;
            token.revoked = Some(now);
            shelves.tokens[at].1 = token.clone();
            self.changed();
        }
        Ok(Some(token))
    }

    async fn bearer(&self, hash: &TokenHash) -> Result<Option<Token>, StoreError> {
        let now = self.time();
        let shelves = self.shelves();
        let found = shelves.tokens.iter().find(|(known, token)| known == hash && token.is_good(now));
        Ok(found.map(|(_, token)| token.clone()))
    }

    async fn was_token(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        Ok(self.shelves().tokens.iter().any(|(known, _)| known == hash))
    }

    async fn touch_token(&self, id: &TokenId) -> Result<(), StoreError> {
        let now = self.time();
        if let Some((_, token)) = self.shelves().tokens.iter_mut().find(|(_, token)| token.id == *id) {
            token.used = token.used.max(Some(now));
        }
        self.changed();
        Ok(())
    }
}

fn note(shelves: &mut Shelves, secrets: &[SecretId], record: &Record, now: Timestamp) -> Result<(), StoreError> {
    for secret in secrets {
        let book = shelves.books.entry(secret.clone()).or_insert_with(Book::new);
        let row = book.head.follow(secret, now, record, None)?;
        book.append(row);
    }
    Ok(())
}
