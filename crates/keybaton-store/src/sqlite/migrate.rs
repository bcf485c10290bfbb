//! The schema: an ordered list of texts. A database counts in `meta` how many of them it has.

use std::path::Path;

use sqlx::SqliteConnection;

use super::error::OpenError;

/// Every schema, oldest first. A text that was released never changes.
const MIGRATIONS: [(i64, &str); 10] = [
    (1, include_str!("../../migrations/0001_ledger.sql")),
    (2, include_str!("../../migrations/0002_token.sql")),
    (3, include_str!("../../migrations/0003_pause.sql")),
    (4, include_str!("../../migrations/0004_handed.sql")),
    (5, include_str!("../../migrations/0005_serving.sql")),
    (6, include_str!("../../migrations/0006_role.sql")),
    (7, include_str!("../../migrations/0007_storm.sql")),
    (8, include_str!("../../migrations/0008_stretch.sql")),
    (9, include_str!("../../migrations/0009_notice.sql")),
    (10, include_str!("../../migrations/0010_checkpoint.sql")),
];

/// The newest schema.
pub(super) const KNOWN: i64 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// Brings a database from schema `found` to the newest one, inside a transaction.
pub(super) async fn migrate(conn: &mut SqliteConnection, path: &Path, found: i64) -> Result<(), OpenError> {
    for (_, text) in MIGRATIONS.iter().filter(|(schema, _)| *schema > found) {
        sqlx::raw_sql(*text).execute(&mut *conn).await.map_err(OpenError::database(path))?;
    }
    Ok(())
}
