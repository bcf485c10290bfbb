//! The rows of one secret, told apart by the table that they are from.

use keybaton_ports::StoreError;
use keybaton_types::SecretId;
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::{batch::Batch, cells::Cells, fault::failed, sql};

pub(super) const WHAT: &str = "read the ledger";

/// What is read of a secret.
const TEXTS: [&str; 11] = [
    sql::SECRET,
    sql::CREDENTIALS,
    sql::VERSIONS,
    sql::ROTATION,
    sql::ALERTS,
    sql::SIGHTINGS,
    sql::REPORTS,
    sql::STORMS,
    sql::ASKS,
    sql::SHARED,
    sql::PAUSED,
];

/// The rows of one secret.
pub(super) struct Parts(Vec<SqliteRow>);

impl Parts {
    /// Reads every row of a secret in one go.
    pub(super) async fn read(conn: &mut SqliteConnection, secret: &SecretId) -> Result<Self, StoreError> {
        let batch =
            TEXTS.iter().fold(Batch::default(), |batch, text| batch.then(text).bind(secret.name()).bind(secret.env()));
        batch.run(conn).await.map(Self).map_err(failed(WHAT))
    }

    /// The rows from one table, in their order.
    pub(super) fn all<T>(
        &self,
        part: &str,
        parse: impl Fn(&Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for row in &self.0 {
            let cells = Cells::new(row, WHAT);
            if cells.get::<&str>("part")? == part {
                found.push(parse(&cells)?);
            }
        }
        Ok(found)
    }

    /// The row from a table that has one at most.
    pub(super) fn one<T>(
        &self,
        part: &str,
        parse: impl Fn(&Cells<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.all(part, parse)?.pop())
    }
}
