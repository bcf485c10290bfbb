//! The audit rows of the database: appended, read, verified.

use std::collections::BTreeSet;

use keybaton_ports::{AuditRow, Checkpoint, Record, StoreError, Verified};
use keybaton_seal::AuditKey;
use keybaton_types::{SecretId, Timestamp};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    Sqlite,
    batch::Batch,
    cells::{Cells, number},
    checkpoint::checkpoint,
    fault::failed,
    sql,
};
use crate::{
    audit::{Head, first_broken},
    checkpoint::Vouched,
};

const WRITE: &str = "write the audit";
const READ: &str = "read the audit";

/// Adds a row and moves the head. The transaction has locked the secret's row before it read the head.
pub(super) fn append(batch: Batch, id: i64, row: &AuditRow) -> Batch {
    let insert = batch.then(sql::PUT_AUDIT).bind(id).bind(number(row.no)).bind(row.at.0);
    let insert = insert.bind(row.body.as_str()).bind(row.prev.as_str()).bind(row.hash.as_str());
    insert.then(sql::SET_AUDIT_HEAD).bind(id).bind(number(row.no)).bind(row.hash.as_str())
}

/// Strikes off what a record answers.
pub(super) fn strike(batch: Batch, id: i64, record: &Record) -> Batch {
    match record.heard {
        Some(no) => batch.then(sql::STRIKE).bind(id).bind(number(no)),
        None => batch,
    }
}

impl Sqlite {
    /// Writes a row that belongs to no commit, and strikes off what it answers.
    pub(super) async fn append_record(&self, secret: &SecretId, record: &Record) -> Result<(), StoreError> {
        let first = Batch::of(sql::AUDIT_HEAD).bind(secret.name()).bind(secret.env());
        let first = first.bind(i64::from(record.heard.is_some()));
        let (tx, row) = self.inner.writer.begin_with(WRITE, first).await?;
        let Some(row) = row else {
            tx.rollback().await?;
            return Err(StoreError::NotEnrolled(secret.clone()));
        };
        let (id, head) = head(&row)?;
        let row = head.follow(secret, self.time(), record, None)?;
        tx.commit_with(append(strike(Batch::default(), id, record), id, &row)).await
    }

    pub(super) async fn rows(
        &self,
        secret: Option<&SecretId>,
        after: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let query = if let Some(secret) = secret {
            let query = sqlx::query(sql::AUDIT_OF_ONE).bind(secret.name()).bind(secret.env());
            query.bind(number(after)).bind(i64::from(limit))
        } else {
            let last = number(after).saturating_add(self.share(after, limit).await?);
            sqlx::query(sql::AUDIT_OF_ALL).bind(number(after)).bind(last)
        };
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(|row| audit_row(row, Cells::new(row, READ).secret()?)).collect()
    }

    /// How many rows of each chain that goes on after this number make so many together; at least one.
    async fn share(&self, after: u64, limit: u32) -> Result<i64, StoreError> {
        let query = sqlx::query_scalar(sql::CHAINS).bind(number(after));
        let chains: i64 = query.fetch_one(&self.inner.readers).await.map_err(failed(READ))?;
        Ok((i64::from(limit) / chains.max(1)).max(1))
    }

    /// The newest audit rows of all secrets, the newest first.
    pub async fn newest_rows(&self, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
        let query = sqlx::query(sql::AUDIT_NEWEST).bind(i64::from(limit));
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(|row| audit_row(row, Cells::new(row, READ).secret()?)).collect()
    }

    pub(super) async fn verify(&self, key: Option<&AuditKey>) -> Result<Verified, StoreError> {
        let mut tx = self.reading(READ).await?;
        let found = sqlx::query(sql::CHECKPOINTS).bind(0).bind(i64::MAX);
        let found = found.fetch_all(&mut *tx).await.map_err(failed(READ))?;
        let read: Vec<Checkpoint> = found.iter().map_while(|row| checkpoint(row).ok()).collect();
        let vouched = match Vouched::of(&read, key) {
            Ok(vouched) if read.len() == found.len() => vouched,
            Ok(vouched) => return Ok(Verified::Forged { checkpoint: vouched.count() + 1 }),
            Err(checkpoint) => return Ok(Verified::Forged { checkpoint }),
        };
        let heads = sqlx::query(sql::HEADS).fetch_all(&mut *tx).await.map_err(failed(READ))?;
        let (mut rows, mut signed) = (0, 0);
        let mut gone: BTreeSet<&SecretId> = vouched.secrets().collect();
        for row in &heads {
            let cells = Cells::new(row, READ);
            let (id, secret): (i64, _) = (cells.get("id")?, cells.secret()?);
            let chain = sqlx::query(sql::CHAIN).bind(id).fetch_all(&mut *tx).await.map_err(failed(READ))?;
            if let Some(no) = broken(row, &chain, &secret, &vouched) {
                return Ok(Verified::Broken { secret, no });
            }
            // what the database says to be signed is what the checkpoints say
            if cells.number("signed_no").ok() != Some(vouched.last_of(&secret)) {
                return Ok(Verified::Forged { checkpoint: vouched.count() + 1 });
            }
            gone.remove(&secret);
            rows += chain.len() as u64;
            signed += vouched.last_of(&secret);
        }
        Ok(match gone.first() {
            Some(secret) => Verified::Broken { secret: (*secret).clone(), no: 1 },
            None => Verified::Whole { rows, checkpoints: vouched.count(), unsigned: rows - signed },
        })
    }
}

/// The head in a row of `secret`.
pub(super) fn head(row: &SqliteRow) -> Result<(i64, Head), StoreError> {
    let cells = Cells::new(row, WRITE);
    Ok((cells.get("id")?, Head { no: cells.number("audit_no")?, hash: cells.get("audit_head")? }))
}

/// The first row that does not fit; a row that can't even be read does not fit.
fn broken(head: &SqliteRow, chain: &[SqliteRow], secret: &SecretId, vouched: &Vouched) -> Option<u64> {
    let rows: Vec<AuditRow> = chain.iter().map_while(|row| audit_row(row, secret.clone()).ok()).collect();
    let no = head.try_get("audit_no").ok().and_then(|no: i64| u64::try_from(no).ok());
    let (no, hash) = (no.unwrap_or(u64::MAX), head.try_get("audit_head").unwrap_or_default());
    let unread = (rows.len() < chain.len()).then_some(rows.len() as u64 + 1);
    unread.map_or_else(
        || first_broken(&rows, &Head { no, hash }).or_else(|| vouched.first_unlike(secret, &rows)),
        |unread| first_broken(&rows, &Head { no: u64::MAX, hash: String::new() }).or(Some(unread)),
    )
}

fn audit_row(row: &SqliteRow, secret: SecretId) -> Result<AuditRow, StoreError> {
    let cells = Cells::new(row, READ);
    Ok(AuditRow {
        secret,
        no: cells.number("no")?,
        at: Timestamp(cells.get("at_us")?),
        body: cells.get("body")?,
        prev: cells.get("prev")?,
        hash: cells.get("hash")?,
    })
}
