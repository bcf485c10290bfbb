//! Reads everything about one secret at one instant.

use keybaton_core::ledger::{Calls, Holder, Report, Sighting, Storm, Stretch};
use keybaton_ports::{Ask, Attachment, Enrolled, Snapshot, StoreError};
use keybaton_types::{CredentialNo, Fingerprint, Revision, Sealed, SecretId, Timestamp};

use super::{
    Sqlite,
    cells::{Cells, UNKNOWN, number},
    fault::failed,
    ledger::{credential, ledger},
    parts::{Parts, WHAT},
    pause::pause,
    sql,
};
use crate::evidence;

const VALUE: &str = "read a sealed value";

impl Sqlite {
    pub(super) async fn snapshot(&self, secret: &SecretId) -> Result<Option<Snapshot>, StoreError> {
        let mut tx = self.reading(WHAT).await?;
        let parts = Parts::read(&mut tx, secret).await?;
        drop(tx);
        let now = self.time();
        parts.one("secret", |own| snapshot(secret, own, &parts, now))
    }

    pub(super) async fn all(&self) -> Result<Vec<Enrolled>, StoreError> {
        let what = "list the secrets";
        let rows = sqlx::query(sql::SECRETS).fetch_all(&self.inner.readers).await.map_err(failed(what))?;
        let enrolled = rows.iter().map(|row| {
            let cells = Cells::new(row, what);
            let (active, asked) = (cells.flag("active")?, cells.flag("asked")?);
            let (touched, revision) = (cells.number("touched")?, Revision(cells.number("rev")?));
            Ok(Enrolled { secret: cells.secret()?, active, asked, touched, revision })
        });
        enrolled.collect()
    }

    pub(super) async fn value(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Attachment>, StoreError> {
        let query = sqlx::query(sql::SEALED).bind(secret.name()).bind(secret.env()).bind(number(no.0));
        let row = query.fetch_optional(&self.inner.readers).await.map_err(failed(VALUE))?;
        row.map(|row| attachment(&Cells::new(&row, VALUE))).transpose()
    }

    pub(super) async fn with_fingerprint(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<Vec<(SecretId, CredentialNo)>, StoreError> {
        let query = sqlx::query(sql::HOLDERS).bind(&fingerprint.0);
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(VALUE))?;
        let found = rows.iter().map(|row| {
            let cells = Cells::new(row, VALUE);
            Ok((cells.secret()?, CredentialNo(cells.number("credential_no")?)))
        });
        found.collect()
    }
}

fn snapshot(secret: &SecretId, own: &Cells<'_>, parts: &Parts, now: Timestamp) -> Result<Snapshot, StoreError> {
    let (ledger, watch) = ledger(secret, own, parts)?;
    let mut sightings = parts.all("sighting", sighting)?;
    sightings.sort_by_cached_key(evidence::sighting_key);
    let mut reports = parts.all("report", report)?;
    reports.sort_by_cached_key(evidence::report_key);
    let mut storms = parts.all("storm", storm)?;
    storms.sort_by(|one, other| one.source.cmp(&other.source));
    let asks = parts.all("ask", ask)?;
    let (shared, pauses) = (parts.all("shared", holder)?, parts.all("pause", pause)?);
    let driver = if own.time("until_us")? > now { own.get("holder")? } else { None };
    let served = own.maybe_time("served_us")?;
    Ok(Snapshot { now, ledger, watch, sightings, reports, storms, asks, shared, pauses, driver, served })
}

fn sighting(cells: &Cells<'_>) -> Result<Sighting, StoreError> {
    let credential = match cells.get("credential_no")? {
        UNKNOWN => None,
        _ => Some(CredentialNo(cells.number("credential_no")?)),
    };
    Ok(Sighting {
        consumer: cells.get("consumer")?,
        instance: cells.get("instance")?,
        credential,
        seen: cells.word("seen")?,
        last: cells.time("last_us")?,
        lease_until: cells.maybe_time("lease_us")?,
    })
}

fn report(cells: &Cells<'_>) -> Result<Report, StoreError> {
    Ok(Report {
        consumer: cells.get("consumer")?,
        instance: cells.get("instance")?,
        credential: CredentialNo(cells.number("credential_no")?),
        ok: cells.number("ok")?,
        refused: cells.number("refused")?,
        refused_at: cells.maybe_time("refused_us")?,
        lately: stretch(cells, ["late_us", "late_ok", "late_refused", "late_ok_before", "late_refused_before"])?,
        days: stretch(cells, ["day_us", "day_ok", "day_refused", "day_ok_before", "day_refused_before"])?,
    })
}

fn stretch(cells: &Cells<'_>, columns: [&'static str; 5]) -> Result<Stretch, StoreError> {
    let [since, ok, refused, ok_before, refused_before] = columns;
    Ok(Stretch {
        since: cells.time(since)?,
        calls: Calls { ok: cells.number(ok)?, refused: cells.number(refused)? },
        before: Calls { ok: cells.number(ok_before)?, refused: cells.number(refused_before)? },
    })
}

fn storm(cells: &Cells<'_>) -> Result<Storm, StoreError> {
    Ok(Storm {
        source: cells.get("source")?,
        what: cells.get("what")?,
        since: cells.time("since_us")?,
        last: cells.time("last_us")?,
        course: cells.word("course")?,
    })
}

/// Another secret's rotation of a newer format tells nothing here.
fn holder(cells: &Cells<'_>) -> Result<Holder, StoreError> {
    let known = cells.get::<Option<i64>>("state_format")?.is_some_and(|format| format <= sql::STATE_FORMAT);
    let rotation = if known { Some(cells.json("state")?) } else { None };
    let ours = CredentialNo(cells.number("credential_no")?);
    Ok(Holder::new(ours, cells.secret()?, &credential(cells)?, rotation.as_ref()))
}

fn ask(cells: &Cells<'_>) -> Result<Ask, StoreError> {
    Ok(Ask {
        no: cells.number("no")?,
        wanted: cells.json("wanted")?,
        by: cells.get("asker")?,
        at: cells.time("at_us")?,
    })
}

pub(super) fn attachment(cells: &Cells<'_>) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        credential: CredentialNo(cells.number("credential_no")?),
        value: Sealed(cells.get("value")?),
        rendering: cells.get::<Option<Vec<u8>>>("rendering")?.map(Sealed),
        fingerprint: Fingerprint(cells.get("fingerprint")?),
        rendering_fingerprint: cells.get::<Option<String>>("rendering_fingerprint")?.map(Fingerprint),
    })
}
