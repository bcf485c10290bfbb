//! The outbox: who has yet to be told of what. No writes of it are counted by the witness: telling twice does no harm.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Attempt, Due, Ended, Fared, Notice, Openness, Outbox, StoreError, Subject};
use keybaton_types::{RotationId, Timestamp};
use sqlx::sqlite::SqliteRow;

use super::{
    Sqlite,
    cells::{Cells, number},
    fault::{corrupt, failed},
    sql,
};

const READ: &str = "read the outbox";
const WRITE: &str = "write to the outbox";

#[async_trait]
impl Outbox for Sqlite {
    async fn raise(&self, subject: &Subject, kind: &str, what: &str) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        let query = sqlx::query(sql::RAISE_NOTICE).bind(subject.to_string()).bind(kind).bind(what);
        tx.run(query.bind(self.time().0)).await?;
        tx.finish().await
    }

    async fn close(&self, subject: &Subject, kind: &str) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        tx.run(sqlx::query(sql::CLOSE_NOTICE).bind(subject.to_string()).bind(kind).bind(self.time().0)).await?;
        tx.finish().await
    }

    async fn notices(&self, limit: u32) -> Result<Vec<Notice>, StoreError> {
        let query = sqlx::query(sql::NOTICES).bind(i64::from(limit));
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(notice).collect()
    }

    async fn due(&self, channel: &str, after: u64, limit: u32) -> Result<Vec<Due>, StoreError> {
        let query = sqlx::query(sql::DUE).bind(channel).bind(number(after)).bind(self.time().0).bind(i64::from(limit));
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(due).collect()
    }

    async fn take(&self, channel: &str, holder: &str, span: Duration) -> Result<bool, StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        let now = self.time();
        let query = sqlx::query(sql::TAKE_CHANNEL).bind(channel).bind(holder).bind(now.0).bind((now + span).0);
        let taken = tx.run(query).await? == 1;
        tx.finish().await?;
        Ok(taken)
    }

    async fn give_up(&self, channel: &str, holder: &str) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        tx.run(sqlx::query(sql::GIVE_UP_CHANNEL).bind(channel).bind(holder)).await?;
        tx.finish().await
    }

    async fn settle(&self, channel: &str, attempt: &Attempt) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        let now = self.time();
        let no = number(attempt.notice);
        match &attempt.ended {
            Ended::Told => {
                let open = (attempt.open == Openness::Open).then_some(now.0);
                let told = sqlx::query(sql::TOLD).bind(channel).bind(no).bind(number(attempt.turn)).bind(open);
                tx.run(told).await?;
                tx.run(sqlx::query(sql::CHANNEL_TOOK).bind(channel).bind(now.0)).await?;
            }
            Ended::Failed { why, again } => {
                tx.run(sqlx::query(sql::UNTOLD).bind(channel).bind(no).bind((now + *again).0)).await?;
                let failed = sqlx::query(sql::CHANNEL_FAILED).bind(channel).bind(now.0).bind(why.as_str());
                tx.run(failed).await?;
            }
        }
        tx.finish().await
    }

    async fn channels(&self) -> Result<Vec<Fared>, StoreError> {
        let rows = sqlx::query(sql::CHANNELS).fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(fared).collect()
    }

    async fn prune(&self, before: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        tx.run(sqlx::query(sql::PRUNE_NOTICES).bind(before.0)).await?;
        tx.run(sqlx::query(sql::PRUNE_TOLD)).await?;
        tx.finish().await
    }

    async fn pulse(&self) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin(WRITE).await?;
        tx.run(sqlx::query(sql::PULSE).bind(self.time().0)).await?;
        tx.finish().await
    }

    async fn last_beat(&self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(sql::LAST_PULSE).fetch_optional(&self.inner.readers).await.map_err(failed(READ))?;
        row.map(|row| Cells::new(&row, READ).time("last_us")).transpose()
    }
}

fn notice(row: &SqliteRow) -> Result<Notice, StoreError> {
    let cells = Cells::new(row, READ);
    let about: &str = cells.get("about")?;
    let subject: Subject = about.parse().map_err(|error| corrupt(READ)(Box::new(error)))?;
    let rotation = Some(cells.number("rotation")?).filter(|id| *id > 0).map(RotationId);
    Ok(Notice {
        no: cells.number("no")?,
        subject,
        rotation,
        kind: cells.get("kind")?,
        what: cells.get("what")?,
        since: cells.time("since_us")?,
        closed: cells.maybe_time("closed_us")?,
        turn: cells.number("turn")?,
        changed: cells.time("changed_us")?,
    })
}

fn due(row: &SqliteRow) -> Result<Due, StoreError> {
    let cells = Cells::new(row, READ);
    let tries = cells.maybe_number("tries")?.unwrap_or_default();
    let told_open = cells.maybe_time("open_us")?;
    Ok(Due { notice: notice(row)?, tries: u32::try_from(tries).unwrap_or(u32::MAX), told_open })
}

fn fared(row: &SqliteRow) -> Result<Fared, StoreError> {
    let cells = Cells::new(row, READ);
    Ok(Fared {
        channel: cells.get("name")?,
        told: cells.maybe_time("told_us")?,
        failed: cells.maybe_time("failed_us")?,
        why: cells.get("why")?,
        failures: cells.number("failures")?,
        messages: cells.number("messages")?,
    })
}
