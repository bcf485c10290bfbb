//! Access tokens: a table of hashes, and an audit row in each secret that a token may read.

use async_trait::async_trait;
use keybaton_ports::{Grant, Record, StoreError, Tokens};
use keybaton_types::{SecretId, Timestamp, Token, TokenHash, TokenId};
use sqlx::sqlite::SqliteRow;

use super::{
    Sqlite,
    batch::Batch,
    cells::{Cells, json},
    chain,
    fault::{corrupt, failed},
    sql,
    writer::Tx,
};
use crate::token;

const MAKE: &str = "make an access token";
const REVOKE: &str = "revoke an access token";
const LIST: &str = "read the access tokens";

#[async_trait]
impl Tokens for Sqlite {
    async fn create_token(&self, grant: &Grant) -> Result<Token, StoreError> {
        let mut tx = self.inner.writer.begin(MAKE).await?;
        let made = token::granted(grant, self.time());
        note(&mut tx, &made.secrets, &token::created(&made), made.created, MAKE).await?;
        let last = Batch::of(sql::PUT_TOKEN)
            .bind(made.id.to_string())
            .bind(grant.hash.0.as_str())
            .bind(made.consumer.as_str())
            .bind(json(&made.secrets)?)
            .bind(made.by.as_str())
            .bind(made.created.0)
            .bind(made.expires.0)
            .bind(made.role.to_string());
        tx.commit_with(last).await?;
        Ok(made)
    }

    async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        let rows = sqlx::query(sql::TOKENS).fetch_all(&self.inner.readers).await.map_err(failed(LIST))?;
        rows.iter().map(|row| read(row, LIST)).collect()
    }

    async fn revoke_token(&self, id: &TokenId, by: &str) -> Result<Option<Token>, StoreError> {
        let mut tx = self.inner.writer.begin(REVOKE).await?;
        let row = tx.row(sqlx::query(sql::TOKEN).bind(id.to_string())).await?;
        let found = row.map(|row| read(&row, REVOKE)).transpose()?;
        let Some(mut token) = found.clone().filter(|token| token.revoked.is_none()) else {
            tx.rollback().await?;
            return Ok(found);
        };
        let now = self.time();
        note(&mut tx, &token.secrets, &token::revoked(&token, by), now, REVOKE).await?;
        tx.commit_with(Batch::of(sql::REVOKE_TOKEN).bind(id.to_string()).bind(now.0)).await?;
        token.revoked = Some(now);
        Ok(Some(token))
    }

    async fn bearer(&self, hash: &TokenHash) -> Result<Option<Token>, StoreError> {
        let query = sqlx::query(sql::BEARER).bind(hash.0.as_str()).bind(self.time().0);
        let row = query.fetch_optional(&self.inner.readers).await.map_err(failed(LIST))?;
        row.map(|row| read(&row, LIST)).transpose()
    }

    async fn was_token(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::WAS_TOKEN).bind(hash.0.as_str());
        Ok(query.fetch_optional(&self.inner.readers).await.map_err(failed(LIST))?.is_some())
    }

    async fn touch_token(&self, id: &TokenId) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin("record the use of an access token").await?;
        tx.run(sqlx::query(sql::TOUCH_TOKEN).bind(id.to_string()).bind(self.time().0)).await?;
        tx.finish().await
    }
}

/// Writes a record into the audit of each secret; one without a ledger gets it.
async fn note(
    tx: &mut Tx<'_>,
    secrets: &[SecretId],
    record: &Record,
    now: Timestamp,
    what: &'static str,
) -> Result<(), StoreError> {
    for secret in secrets {
        tx.run(sqlx::query(sql::ENROLL).bind(secret.name()).bind(secret.env())).await?;
        let locked = sqlx::query(sql::AUDIT_HEAD).bind(secret.name()).bind(secret.env()).bind(0_i64);
        let row = tx.row(locked).await?.ok_or_else(|| corrupt(what)("a ledger that was just made is not there"))?;
        let (id, head) = chain::head(&row)?;
        let row = head.follow(secret, now, record, None)?;
        chain::append(Batch::default(), id, &row).run(tx.conn()).await.map_err(failed(what))?;
    }
    Ok(())
}

fn read(row: &SqliteRow, what: &'static str) -> Result<Token, StoreError> {
    let cells = Cells::new(row, what);
    let id: String = cells.get("id")?;
    let role: String = cells.get("role")?;
    Ok(Token {
        id: id.parse().map_err(|error: keybaton_types::TokenIdError| corrupt(what)(error))?,
        role: role.parse().map_err(|error: keybaton_types::RoleError| corrupt(what)(error))?,
        consumer: cells.get("consumer")?,
        secrets: cells.json("secrets")?,
        by: cells.get("maker")?,
        created: cells.time("created_us")?,
        expires: cells.time("expires_us")?,
        used: cells.maybe_time("used_us")?,
        revoked: cells.maybe_time("revoked_us")?,
    })
}
