//! What is written without a commit: evidence, requests, heartbeats.

use std::time::Duration;

use keybaton_core::{
    ledger::{Conflict, Report, Sighting},
    watch::Watch,
};
use keybaton_ports::{Engine, StoreError, Wanted};
use keybaton_types::{Epoch, RotationId, SecretId};

use super::{
    Sqlite,
    batch::Batch,
    cells::{Cells, UNKNOWN, json, number, word},
    fault::failed,
    sql,
    writer::Tx,
};
use crate::evidence;

impl Sqlite {
    pub(super) async fn put_sighting(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError> {
        let (tx, id) = self.touch("record a sighting", secret).await?;
        let last = Batch::of(sql::SIGHT)
            .bind(id)
            .bind(sighting.consumer.as_str())
            .bind(sighting.instance.as_str())
            .bind(sighting.credential.map_or(UNKNOWN, |no| number(no.0)))
            .bind(word(&sighting.seen)?)
            .bind(sighting.last.0)
            .bind(sighting.lease_until.map(|until| until.0));
        tx.commit_with(last).await
    }

    pub(super) async fn add_report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError> {
        let report = evidence::bounded(report);
        let (tx, id) = self.touch("record a report", secret).await?;
        let last = Batch::of(sql::REPORT)
            .bind(id)
            .bind(report.consumer.as_str())
            .bind(report.instance.as_str())
            .bind(number(report.credential.0))
            .bind(number(report.ok))
            .bind(number(report.refused))
            .bind(report.refused_at.map(|at| at.0));
        tx.commit_with(last).await
    }

    pub(super) async fn put_watch(
        &self,
        secret: &SecretId,
        epoch: Epoch,
        rotation: RotationId,
        watch: &Watch,
    ) -> Result<(), StoreError> {
        let what = "record an observation";
        let mut tx = self.inner.writer.begin(what).await?;
        let query = sqlx::query(sql::OBSERVE)
            .bind(secret.name())
            .bind(secret.env())
            .bind(number(rotation.0))
            .bind(i64::from(watch.no))
            .bind(json(watch)?)
            .bind(number(epoch.0));
        if tx.run(query).await? == 1 {
            return tx.commit().await;
        }
        let row = tx.row(sqlx::query(sql::CONFLICT).bind(secret.name()).bind(secret.env())).await?;
        let held = row.map(|row| Cells::new(&row, what).number("epoch")).transpose()?;
        tx.rollback().await?;
        match held {
            None => Err(StoreError::NotEnrolled(secret.clone())),
            Some(held) if held != epoch.0 => Err(Conflict::Epoch.into()),
            Some(_) => Ok(()),
        }
    }

    pub(super) async fn put_ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<u64, StoreError> {
        let what = "record a request";
        let first = Batch::of(sql::NEXT_ASK).bind(secret.name()).bind(secret.env());
        let (tx, row) = self.inner.writer.begin_with(what, first).await?;
        let Some(row) = row else {
            tx.rollback().await?;
            return Err(StoreError::NotEnrolled(secret.clone()));
        };
        let cells = Cells::new(&row, what);
        let (id, no): (i64, u64) = (cells.get("id")?, cells.number("no")?);
        let last = Batch::of(sql::PUT_ASK).bind(id).bind(number(no)).bind(json(&wanted)?).bind(by);
        tx.commit_with(last.bind(self.time().0)).await?;
        Ok(no)
    }

    pub(super) async fn put_beat(&self, holder: &str, span: Duration) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin("record a heartbeat").await?;
        let now = self.time();
        tx.run(sqlx::query(sql::BURY).bind(holder).bind(now.0)).await?;
        if !span.is_zero() {
            tx.run(sqlx::query(sql::BEAT).bind(holder).bind(now.0).bind((now + span).0)).await?;
        }
        tx.finish().await
    }

    pub(super) async fn alive(&self) -> Result<Vec<Engine>, StoreError> {
        let what = "list the engines";
        let query = sqlx::query(sql::ENGINES).bind(self.time().0);
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(what))?;
        let engines = rows.iter().map(|row| {
            let cells = Cells::new(row, what);
            Ok(Engine { holder: cells.get("holder")?, seen: cells.time("seen_us")? })
        });
        engines.collect()
    }

    /// Begins a transaction on one secret that others want to hear of.
    async fn touch(&self, what: &'static str, secret: &SecretId) -> Result<(Tx<'_>, i64), StoreError> {
        let first = Batch::of(sql::TOUCH).bind(secret.name()).bind(secret.env());
        let (tx, row) = self.inner.writer.begin_with(what, first).await?;
        let Some(row) = row else {
            tx.rollback().await?;
            return Err(StoreError::NotEnrolled(secret.clone()));
        };
        let id = Cells::new(&row, what).get("id")?;
        Ok((tx, id))
    }
}
