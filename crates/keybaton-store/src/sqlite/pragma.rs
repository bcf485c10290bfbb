//! The settings of a connection: set when it is opened, and read back, because a setting that was not taken is silent.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// What every connection is opened with.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) busy_timeout: Duration,
    pub(super) max_pages: Option<u32>,
}

/// A setting that does not hold.
#[derive(Debug, thiserror::Error)]
pub(super) enum Weak {
    /// It could not be read.
    #[error("read back the settings of the connection")]
    Unread(#[source] sqlx::Error),
    /// It has another value.
    #[error("{name} is {found} and not {wanted}")]
    Differs { name: &'static str, found: String, wanted: String },
}

/// How the one connection that writes is opened.
pub(super) fn writer(path: &Path, settings: &Settings) -> SqliteConnectOptions {
    let options = plain(path, settings)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON");
    match settings.max_pages {
        Some(pages) => options.pragma("max_page_count", pages.to_string()),
        None => options,
    }
}

/// How the connections that read are opened.
pub(super) fn reader(path: &Path, settings: &Settings) -> SqliteConnectOptions {
    plain(path, settings).read_only(true).pragma("query_only", "ON")
}

/// How a database is opened that is not one yet.
pub(super) fn plain(path: &Path, settings: &Settings) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(settings.busy_timeout)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// Reads the settings of the writing connection back.
pub(super) async fn assert_writer(conn: &mut SqliteConnection, settings: &Settings) -> Result<(), Weak> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *conn).await.map_err(Weak::Unread)?;
    if mode != "wal" {
        return Err(Weak::Differs { name: "journal_mode", found: mode, wanted: "wal".to_owned() });
    }
    demand(conn, "synchronous", "PRAGMA synchronous", 2).await?;
    demand(conn, "foreign_keys", "PRAGMA foreign_keys", 1).await?;
    demand(conn, "secure_delete", "PRAGMA secure_delete", 1).await?;
    assert_common(conn, settings).await
}

/// Reads the settings of a reading connection back.
pub(super) async fn assert_reader(conn: &mut SqliteConnection, settings: &Settings) -> Result<(), Weak> {
    demand(conn, "query_only", "PRAGMA query_only", 1).await?;
    assert_common(conn, settings).await
}

async fn assert_common(conn: &mut SqliteConnection, settings: &Settings) -> Result<(), Weak> {
    let busy = i64::try_from(settings.busy_timeout.as_millis()).unwrap_or(i64::MAX);
    demand(conn, "busy_timeout", "PRAGMA busy_timeout", busy).await?;
    demand(conn, "trusted_schema", "PRAGMA trusted_schema", 0).await
}

async fn demand(conn: &mut SqliteConnection, name: &'static str, query: &'static str, wanted: i64) -> Result<(), Weak> {
    let found: i64 = sqlx::query_scalar(query).fetch_one(conn).await.map_err(Weak::Unread)?;
    if found == wanted {
        return Ok(());
    }
    Err(Weak::Differs { name, found: found.to_string(), wanted: wanted.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings { busy_timeout: Duration::from_millis(1234), max_pages: None };

    #[tokio::test]
    async fn a_connection_that_could_lose_data_is_refused_by_the_name_of_the_setting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        std::fs::write(&path, b"").unwrap();
        let mut plain = plain(&path, &SETTINGS).connect().await.unwrap();
        let weak = assert_writer(&mut plain, &SETTINGS).await.unwrap_err();
        assert_eq!(weak.to_string(), "journal_mode is delete and not wal");

        let mut full = writer(&path, &SETTINGS).connect().await.unwrap();
        assert_writer(&mut full, &SETTINGS).await.unwrap();
        sqlx::raw_sql("PRAGMA synchronous = NORMAL").execute(&mut full).await.unwrap();
        let weak = assert_writer(&mut full, &SETTINGS).await.unwrap_err();
        assert_eq!(weak.to_string(), "synchronous is 1 and not 2");
    }

    #[tokio::test]
    async fn a_reading_connection_can_not_write() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.db");
        std::fs::write(&path, b"").unwrap();
        let mut full = writer(&path, &SETTINGS).connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (a)").execute(&mut full).await.unwrap();
        let mut reading = reader(&path, &SETTINGS).connect().await.unwrap();
        assert_reader(&mut reading, &SETTINGS).await.unwrap();
        assert!(sqlx::raw_sql("DELETE FROM t").execute(&mut reading).await.is_err());
    }
}
