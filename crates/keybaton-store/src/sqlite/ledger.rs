//! Reads the ledger of one secret back: the same value that `Ledger::apply` made.

use keybaton_core::{
    ledger::{Alert, Credential, Ended, Ledger, Version},
    rotation::Rotation,
    watch::Watch,
};
use keybaton_ports::StoreError;
use keybaton_types::{CredentialNo, Epoch, IssuedId, Label, OpSeq, Revision, RotationId, SecretId, VersionNo};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{cells::Cells, fault::failed, lease::known_format, sql};

const WHAT: &str = "read the ledger";

/// The ledger whose own row is `row`, and the watch of its rotation.
pub(super) async fn read(
    conn: &mut SqliteConnection,
    secret: &SecretId,
    row: &SqliteRow,
) -> Result<(Ledger, Option<Watch>), StoreError> {
    let cells = Cells::new(row, WHAT);
    let id = cells.get("id")?;
    let (rotation, watch) = rotation(conn, secret, id).await?;
    let ledger = Ledger {
        revision: Revision(cells.number("rev")?),
        epoch: Epoch(cells.number("epoch")?),
        next_op: OpSeq(cells.number("next_op")?),
        next_version: VersionNo(cells.number("next_version")?),
        next_rotation: cells.number("next_rotation")?,
        credentials: list(conn, sql::CREDENTIALS, id, credential).await?,
        versions: list(conn, sql::VERSIONS, id, version).await?,
        current: cells.maybe_number("current_no")?.map(VersionNo),
        rotation,
        last: ended(&cells)?,
        rollbacks: u8::try_from(cells.number("rollbacks")?).unwrap_or(u8::MAX),
        base: cells.maybe_time("base_us")?,
        alerts: list(conn, sql::ALERTS, id, alert).await?,
        restored: cells.flag("restored")?,
    };
    Ok((ledger, watch))
}

/// Every row of one of the secret's tables.
pub(super) async fn list<T>(
    conn: &mut SqliteConnection,
    query: &'static str,
    id: i64,
    parse: impl Fn(&Cells<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let rows = sqlx::query(query).bind(id).fetch_all(conn).await.map_err(failed(WHAT))?;
    rows.iter().map(|row| parse(&Cells::new(row, WHAT))).collect()
}

async fn rotation(
    conn: &mut SqliteConnection,
    secret: &SecretId,
    id: i64,
) -> Result<(Option<Rotation>, Option<Watch>), StoreError> {
    let row = sqlx::query(sql::ROTATION).bind(id).fetch_optional(conn).await.map_err(failed(WHAT))?;
    let Some(row) = row else { return Ok((None, None)) };
    let cells = Cells::new(&row, WHAT);
    known_format(secret, cells.get("state_format")?)?;
    let watched: Option<String> = cells.get("watch")?;
    let watch = if watched.is_some() { Some(cells.json("watch")?) } else { None };
    Ok((Some(cells.json("state")?), watch))
}

fn credential(cells: &Cells<'_>) -> Result<Credential, StoreError> {
    Ok(Credential {
        no: CredentialNo(cells.number("no")?),
        issued: cells.get::<Option<String>>("issued")?.map(IssuedId),
        label: cells.get::<Option<String>>("label")?.map(Label),
        origin: cells.word("origin")?,
        stage: cells.word("stage")?,
        far: cells.word("far")?,
        condemned: cells.flag("condemned")?,
        born: cells.time("born_us")?,
    })
}

fn version(cells: &Cells<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        no: VersionNo(cells.number("no")?),
        credential: CredentialNo(cells.number("credential_no")?),
        published: cells.maybe_time("published_us")?,
    })
}

fn alert(cells: &Cells<'_>) -> Result<Alert, StoreError> {
    Ok(Alert { kind: cells.word("kind")?, what: cells.get("what")?, since: cells.time("since_us")? })
}

fn ended(cells: &Cells<'_>) -> Result<Option<Ended>, StoreError> {
    let Some(id) = cells.maybe_number("last_id")? else { return Ok(None) };
    let graded: Option<String> = cells.get("last_grade")?;
    Ok(Some(Ended {
        id: RotationId(id),
        outcome: cells.word("last_outcome")?,
        at: cells.time("last_us")?,
        grade: if graded.is_some() { Some(cells.word("last_grade")?) } else { None },
        from: cells.maybe_number("last_from")?.map(VersionNo),
        to: cells.maybe_number("last_to")?.map(VersionNo),
    }))
}
