//! Notices that anything changed, by whichever process.

use std::path::PathBuf;

use keybaton_ports::StoreError;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::Mutex;

use super::{
    fault::failed,
    pragma::{self, Settings},
};

const WHAT: &str = "ask whether anything changed";

/// A connection that never writes: its `PRAGMA data_version` changes with every write of every other connection.
pub(super) struct Pulse {
    path: PathBuf,
    settings: Settings,
    listening: Mutex<Listening>,
}

/// The connection, and how many there were before it: two connections' numbers can't be compared.
#[derive(Default)]
struct Listening {
    conn: Option<SqliteConnection>,
    before: u64,
}

impl Pulse {
    pub(super) fn new(path: PathBuf, settings: Settings) -> Self {
        Self { path, settings, listening: Mutex::default() }
    }

    pub(super) async fn stamp(&self) -> Result<u64, StoreError> {
        let mut listening = self.listening.lock().await;
        let mut conn = if let Some(conn) = listening.conn.take() {
            conn
        } else {
            listening.before += 1;
            pragma::reader(&self.path, &self.settings).connect().await.map_err(failed(WHAT))?
        };
        let version: i64 =
            sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut conn).await.map_err(failed(WHAT))?;
        listening.conn = Some(conn);
        Ok(listening.before << 32 | u64::try_from(version).unwrap_or_default())
    }

    pub(super) async fn close(&self) {
        if let Some(conn) = self.listening.lock().await.conn.take() {
            // nothing was written on it
            conn.close().await.ok();
        }
    }
}
