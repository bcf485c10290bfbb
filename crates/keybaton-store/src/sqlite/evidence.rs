//! What is written without a commit: evidence, requests, heartbeats.

use std::{collections::BTreeMap, time::Duration};

use keybaton_core::{
    ledger::{Conflict, Report, Sighting, Storm, Stretch},
    watch::Watch,
};
use keybaton_ports::{Engine, StoreError, Told, Wanted};
use keybaton_types::{Epoch, RotationId, SecretId, Timestamp};

use super::{
    Sqlite,
    batch::Batch,
    cells::{Cells, UNKNOWN, json, number, word},
    fault::failed,
    sql,
    writer::Tx,
};
use crate::evidence;

/// So many statements at most in one call of the driver.
const PART: usize = 256;

impl Sqlite {
    pub(super) async fn put_sighting(&self, secret: &SecretId, sighting: &Sighting) -> Result<(), StoreError> {
        let (tx, id) = self.touch("record a sighting", secret).await?;
        tx.commit_with(sight(Batch::default(), id, sighting)?).await
    }

    pub(super) async fn add_report(&self, secret: &SecretId, report: &Report) -> Result<(), StoreError> {
        let (tx, id) = self.touch("record a report", secret).await?;
        tx.commit_with(count(Batch::default(), id, report, self.time())).await
    }

    pub(super) async fn put_storm(&self, secret: &SecretId, storm: &Storm) -> Result<(), StoreError> {
        let (tx, id) = self.touch("record a storm", secret).await?;
        let batch = Batch::of(sql::SIGNAL).bind(id).bind(storm.source.clone()).bind(storm.what.clone());
        tx.commit_with(batch.bind(storm.since.0).bind(storm.last.0).bind(word(&storm.course)?)).await
    }

    /// Each secret is touched once; what was told of it comes in as few calls of the driver as it needs.
    pub(super) async fn put_told(&self, told: &[Told]) -> Result<(), StoreError> {
        let what = "record what instances told";
        if told.is_empty() {
            return Ok(());
        }
        let mut tx = self.inner.writer.begin(what).await?;
        let (now, mut ids) = (self.time(), BTreeMap::new());
        for secret in told.iter().map(Told::secret) {
            if ids.contains_key(secret) {
                continue;
            }
            let row = tx.row(sqlx::query(sql::TOUCH).bind(secret.name()).bind(secret.env())).await?;
            let Some(row) = row else {
                tx.rollback().await?;
                return Err(StoreError::NotEnrolled(secret.clone()));
            };
            ids.insert(secret, Cells::new(&row, what).get::<i64>("id")?);
        }
        for part in told.chunks(PART) {
            let mut batch = Batch::default();
            for told in part {
                let id = ids.get(told.secret()).copied().unwrap_or_default();
                batch = match told {
                    Told::Seen(_, sighting) => sight(batch, id, sighting)?,
                    Told::Counted(_, report) => count(batch, id, report, now),
                };
            }
            batch.run(tx.conn()).await.map_err(failed(what))?;
        }
        tx.commit().await
    }

    /// The witness need not know of a plain heartbeat; it does of leases that were put off.
    pub(super) async fn put_serving(&self, awake: Duration, span: Duration) -> Result<Duration, StoreError> {
        let what = "record that consumers are served";
        let mut tx = self.inner.writer.begin(what).await?;
        let now = self.time();
        let row = tx.row(sqlx::query(sql::SERVED_LAST)).await?;
        let last = row.map(|row| Cells::new(&row, what).time("last_us")).transpose()?;
        let silence = evidence::silence(last, now, awake, span);
        tx.run(sqlx::query(sql::SERVING).bind(now.0)).await?;
        let Some(last) = last.filter(|_| !silence.is_zero()) else {
            tx.finish().await?;
            return Ok(silence);
        };
        let by = i64::try_from(silence.as_micros()).unwrap_or(i64::MAX);
        tx.run(sqlx::query(sql::PUT_OFF).bind(by).bind(last.0)).await?;
        tx.commit().await?;
        Ok(silence)
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
            tx.run(sqlx::query(sql::PULSE).bind(now.0)).await?;
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

fn sight(batch: Batch, id: i64, sighting: &Sighting) -> Result<Batch, StoreError> {
    let batch = batch.then(sql::SIGHT).bind(id).bind(sighting.consumer.clone()).bind(sighting.instance.clone());
    let batch = batch.bind(sighting.credential.map_or(UNKNOWN, |no| number(no.0))).bind(word(&sighting.seen)?);
    Ok(batch.bind(sighting.last.0).bind(sighting.lease_until.map(|until| until.0)))
}

fn count(batch: Batch, id: i64, report: &Report, now: Timestamp) -> Batch {
    let report = evidence::bounded(report);
    let batch = batch.then(sql::REPORT).bind(id).bind(report.consumer).bind(report.instance);
    let batch = batch.bind(number(report.credential.0)).bind(number(report.ok)).bind(number(report.refused));
    let batch = batch.bind(report.refused_at.map(|at| at.0));
    let widths = [Report::LATELY, Report::DAY];
    let batch = widths.iter().fold(batch, |batch, width| batch.bind(Stretch::start(now, *width).0));
    widths.iter().fold(batch, |batch, width| batch.bind(i64::try_from(width.as_micros()).unwrap_or(i64::MAX)))
}
