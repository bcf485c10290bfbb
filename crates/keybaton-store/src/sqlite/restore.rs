//! An old copy of the database was put back (R11).

use keybaton_ports::{Record, StoreError};
use keybaton_types::Timestamp;
use sqlx::SqliteConnection;

use super::{
    batch::Batch,
    cells::Cells,
    chain,
    fault::failed,
    options::{Restored, Stale},
    sql,
    witness::Testimony,
};
use crate::audit::Head;

/// Version numbers jump by this: consumers may have seen later ones than this copy knows.
const JUMP: i64 = 1000;

/// Operation numbers jump by this: labels of the time that was lost are told from new ones, and never swept.
const OPERATIONS: i64 = 1_000_000;

/// Lease epochs of one epoch of the database start here times that epoch, so that every fence of before is lower.
const LEASES: i64 = 1 << 32;

const WHAT: &str = "mark a restored state database";

/// Whether the database is older than its witness says, and how that shows.
pub(super) fn stale(says: &Testimony, said: Option<&Testimony>) -> Option<Stale> {
    match said {
        Some(said) if said.installation == says.installation => {
            (says.writes < said.writes || says.epoch < said.epoch).then_some(Stale::Older)
        }
        // nothing was ever written: it was made just now, or its maker was stopped
        _ if says.writes == 0 => None,
        Some(_) => Some(Stale::Foreign),
        None => Some(Stale::Unwitnessed),
    }
}

/// Marks every secret, with an audit row each, and counts up epoch and writes beyond `floor`.
pub(super) async fn restore(
    conn: &mut SqliteConnection,
    says: &Testimony,
    floor: &Testimony,
    why: Stale,
    now: Timestamp,
) -> Result<(Testimony, Restored), StoreError> {
    let epoch = says.epoch.max(floor.epoch) + 1;
    let writes = says.writes.max(floor.writes) + 1;
    let record = Record {
        actor: "keybaton".to_owned(),
        event: None,
        note: Some(format!(
            "the state database is older than the world, because {why}: epoch {epoch} begins, version numbers jump by \
             {JUMP}, and nothing is swept or revoked until a person has looked"
        )),
        heard: None,
        by: None,
        confirmed: Vec::new(),
    };
    let rows = sqlx::query(sql::HEADS).fetch_all(&mut *conn).await.map_err(failed(WHAT))?;
    let mut secrets = Vec::with_capacity(rows.len());
    for row in &rows {
        let cells = Cells::new(row, WHAT);
        let (id, secret): (i64, _) = (cells.get("id")?, cells.secret()?);
        let head = Head { no: cells.number("audit_no")?, hash: cells.get("audit_head")? };
        let batch = Batch::of(sql::RESTORE).bind(id).bind(JUMP).bind(epoch.saturating_mul(LEASES)).bind(OPERATIONS);
        let batch = chain::append(batch, id, &head.follow(&secret, now, &record, None)?);
        batch.run(&mut *conn).await.map_err(failed(WHAT))?;
        secrets.push(secret);
    }
    let batch = Batch::of(sql::SET_META).bind("epoch").bind(epoch.to_string()).then(sql::SET_WRITES).bind(writes);
    batch.run(conn).await.map_err(failed(WHAT))?;
    let says = Testimony { epoch, writes, ..says.clone() };
    Ok((says, Restored { why, epoch: epoch.unsigned_abs(), secrets }))
}
