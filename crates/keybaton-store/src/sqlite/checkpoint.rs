//! Checkpoints in the database: the heads that have moved are read, signed and marked in one transaction.

use keybaton_ports::{Checkpoint, StoreError};
use keybaton_seal::AuditSigner;
use keybaton_types::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::{
    Sqlite,
    cells::{Cells, number},
    fault::failed,
    sql,
};
use crate::{
    audit::Head,
    checkpoint::{Mark, sign},
};

const WRITE: &str = "write a checkpoint of the audit";
const READ: &str = "read the checkpoints of the audit";

impl Sqlite {
    pub(super) async fn put_checkpoint(&self, signer: &AuditSigner) -> Result<Option<Checkpoint>, StoreError> {
        if self.moved_rows().await? == 0 {
            let last = sqlx::query(sql::LAST_CHECKPOINT).fetch_optional(&self.inner.readers).await;
            return last.map_err(failed(READ))?.as_ref().map(checkpoint).transpose();
        }
        let mut tx = self.inner.writer.begin(WRITE).await?;
        let moved = sqlx::query(sql::MOVED).fetch_all(tx.conn()).await.map_err(failed(WRITE))?;
        let heads = moved.iter().map(mark).collect::<Result<Vec<_>, _>>()?;
        let last = tx.row(sqlx::query(sql::LAST_CHECKPOINT)).await?.as_ref().map(checkpoint).transpose()?;
        if heads.is_empty() {
            tx.rollback().await?;
            return Ok(last);
        }
        let head = last.map(|last| Head { no: last.no, hash: last.hash }).unwrap_or_default();
        let checkpoint = sign(&head, &self.inner.installation, self.time(), heads, signer)?;
        let put = sqlx::query(sql::PUT_CHECKPOINT).bind(number(checkpoint.no)).bind(checkpoint.at.0);
        let put = put.bind(checkpoint.body.as_str()).bind(checkpoint.prev.as_str()).bind(checkpoint.hash.as_str());
        tx.run(put.bind(checkpoint.signature.as_str())).await?;
        tx.run(sqlx::query(sql::MARK_SIGNED)).await?;
        tx.commit().await?;
        Ok(Some(checkpoint))
    }

    pub(super) async fn some_checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, StoreError> {
        let query = sqlx::query(sql::CHECKPOINTS).bind(number(after)).bind(i64::from(limit));
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(checkpoint).collect()
    }

    /// Asked without a transaction: where nothing has moved, nothing is locked.
    async fn moved_rows(&self) -> Result<i64, StoreError> {
        sqlx::query_scalar(sql::COUNT_MOVED).fetch_one(&self.inner.readers).await.map_err(failed(READ))
    }
}

pub(super) fn checkpoint(row: &SqliteRow) -> Result<Checkpoint, StoreError> {
    let cells = Cells::new(row, READ);
    Ok(Checkpoint {
        no: cells.number("no")?,
        at: Timestamp(cells.get("at_us")?),
        body: cells.get("body")?,
        prev: cells.get("prev")?,
        hash: cells.get("hash")?,
        signature: cells.get("signature")?,
    })
}

fn mark(row: &SqliteRow) -> Result<Mark, StoreError> {
    let cells = Cells::new(row, WRITE);
    Ok(Mark { secret: cells.secret()?, no: cells.number("audit_no")?, hash: cells.get("audit_head")? })
}
