//! What is in a state database, in numbers, and whether it is whole.

use keybaton_ports::{Lease, StoreError};
use keybaton_types::{Epoch, Timestamp};

use super::{Sqlite, cells::Cells, fault::failed, sql};

const WHAT: &str = "count what is in the state database";

/// What is in a state database, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// The schema of the database.
    pub schema: u64,
    /// Its epoch: it grows when an old copy is put back (R11).
    pub epoch: u64,
    /// How many transactions were written to it.
    pub writes: u64,
    /// How many secrets have a ledger.
    pub secrets: u64,
    /// How many credentials are known.
    pub credentials: u64,
    /// How many values are sealed in it.
    pub sealed: u64,
    /// How many rotations are active.
    pub rotations: u64,
    /// How many alerts nobody has resolved.
    pub alerts: u64,
    /// How many audit rows there are.
    pub audit: u64,
    /// When the newest audit row was written.
    pub newest: Option<Timestamp>,
    /// How many access tokens are known, revoked ones too.
    pub tokens: u64,
}

impl Sqlite {
    /// Counts what is in it.
    pub async fn census(&self) -> Result<Census, StoreError> {
        let row = sqlx::query(sql::CENSUS).fetch_one(&self.inner.readers).await.map_err(failed(WHAT))?;
        let cells = Cells::new(&row, WHAT);
        Ok(Census {
            schema: cells.number("schema_no")?,
            epoch: cells.number("epoch")?,
            writes: cells.number("writes")?,
            secrets: cells.number("secrets")?,
            credentials: cells.number("credentials")?,
            sealed: cells.number("sealed")?,
            rotations: cells.number("rotations")?,
            alerts: cells.number("alerts")?,
            audit: cells.number("audit")?,
            newest: cells.maybe_time("newest_us")?,
            tokens: cells.number("tokens")?,
        })
    }

    /// Every lease that has not run out.
    pub async fn leases(&self) -> Result<Vec<Lease>, StoreError> {
        let what = "read the leases";
        let query = sqlx::query(sql::LEASES).bind(self.time().0);
        let rows = query.fetch_all(&self.inner.readers).await.map_err(failed(what))?;
        let leases = rows.iter().map(|row| {
            let cells = Cells::new(row, what);
            let (secret, epoch) = (cells.secret()?, Epoch(cells.number("epoch")?));
            Ok(Lease { secret, holder: cells.get("holder")?, epoch, until: cells.time("until_us")? })
        });
        leases.collect()
    }

    /// Reads every page and every index, and says what does not fit; nothing when it is whole.
    pub async fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let what = "read the state database through";
        let rows: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(10)")
            .fetch_all(&self.inner.readers)
            .await
            .map_err(failed(what))?;
        Ok(rows.into_iter().filter(|row| row != "ok").collect())
    }
}
