//! The one connection that writes, and its transactions.

use std::path::{Path, PathBuf};

use keybaton_ports::StoreError;
use sqlx::{
    ConnectOptions, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use tokio::sync::{Mutex, MutexGuard};

use super::{
    batch::Batch,
    cells::Cells,
    fault::{Meaning, corrupt, failed, meaning},
    pragma::{self, Settings},
    sql,
    witness::Witness,
};

/// The one connection that writes. Whoever wants to write waits in line for it.
pub(super) struct Writer {
    path: PathBuf,
    settings: Settings,
    /// Empty after a transaction that did not end in order: the next one connects anew.
    slot: Mutex<Option<SqliteConnection>>,
    witness: Witness,
}

/// A write transaction. One that is dropped takes its connection with it, which rolls it back: after some errors
/// `SQLite` has rolled back by itself, and what is left of the connection's own count can't be trusted.
pub(super) struct Tx<'a> {
    slot: MutexGuard<'a, Option<SqliteConnection>>,
    conn: SqliteConnection,
    witness: &'a Witness,
    what: &'static str,
}

impl Writer {
    pub(super) fn new(path: PathBuf, settings: Settings, conn: SqliteConnection, witness: Witness) -> Self {
        Self { path, settings, slot: Mutex::new(Some(conn)), witness }
    }

    /// Where the database is, and how it is opened.
    pub(super) fn place(&self) -> (&Path, &Settings) {
        (&self.path, &self.settings)
    }

    /// Begins a transaction that nobody else can write beside.
    pub(super) async fn begin(&self, what: &'static str) -> Result<Tx<'_>, StoreError> {
        self.begin_with(what, Batch::default()).await.map(|(tx, _)| tx)
    }

    /// The same, with the first statement of it in one go.
    pub(super) async fn begin_with(
        &self,
        what: &'static str,
        first: Batch,
    ) -> Result<(Tx<'_>, Option<SqliteRow>), StoreError> {
        let mut slot = self.slot.lock().await;
        let mut conn = match slot.take() {
            Some(conn) => conn,
            None => self.connect(what).await?,
        };
        let row = first.after("BEGIN IMMEDIATE;\n").first(&mut conn).await.map_err(failed(what))?;
        Ok((Tx { slot, conn, witness: &self.witness, what }, row))
    }

    /// Closes the connection and makes the witness durable.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        if let Some(conn) = self.slot.lock().await.take() {
            sqlx::Connection::close(conn).await.map_err(failed("close the state database"))?;
        }
        let sealed = self.witness.sync();
        sealed.map_err(|source| StoreError::Database { what: "write the witness", source: source.into() })
    }

    async fn connect(&self, what: &'static str) -> Result<SqliteConnection, StoreError> {
        let mut conn = pragma::writer(&self.path, &self.settings).connect().await.map_err(failed(what))?;
        let strong = pragma::assert_writer(&mut conn, &self.settings).await;
        strong.map_err(|weak| StoreError::Database { what, source: weak.into() })?;
        Ok(conn)
    }
}

impl Tx<'_> {
    /// The connection, inside the transaction.
    pub(super) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }

    /// Runs a statement and says how many rows it touched.
    pub(super) async fn run(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, StoreError> {
        let done = query.execute(&mut self.conn).await.map_err(failed(self.what))?;
        Ok(done.rows_affected())
    }

    /// Runs a statement that returns at most one row.
    pub(super) async fn row(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Option<SqliteRow>, StoreError> {
        query.fetch_optional(&mut self.conn).await.map_err(failed(self.what))
    }

    /// Counts the write, commits, and lets the witness know.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.commit_with(Batch::default()).await
    }

    /// The same after a last batch, of statements that return nothing.
    pub(super) async fn commit_with(self, last: Batch) -> Result<(), StoreError> {
        self.commit_between(last, || (), || ()).await
    }

    /// The same, with something to do immediately before and after the commit itself.
    pub(super) async fn commit_between(
        mut self,
        last: Batch,
        before: impl FnOnce() + Send,
        after: impl FnOnce() + Send,
    ) -> Result<(), StoreError> {
        let rows = last.then(sql::COUNT_WRITE).run(&mut self.conn).await.map_err(failed(self.what))?;
        let row = rows.last().ok_or_else(|| corrupt(self.what)("it has no tally"))?;
        let writes: i64 = Cells::new(row, self.what).get("writes")?;
        before();
        self.end().await?;
        after();
        // before the next in line writes, so that the witness does not fall back
        self.witness.note(writes);
        *self.slot = Some(self.conn);
        Ok(())
    }

    /// Commits what the witness need not know: a lease that goes on, a heartbeat.
    pub(super) async fn finish(mut self) -> Result<(), StoreError> {
        self.end().await?;
        *self.slot = Some(self.conn);
        Ok(())
    }

    async fn end(&mut self) -> Result<(), StoreError> {
        match sqlx::query("COMMIT").execute(&mut self.conn).await {
            Ok(_) => Ok(()),
            Err(error) if meaning(&error) == Meaning::Full => Err(StoreError::Full { what: self.what }),
            Err(_) => Err(StoreError::Ambiguous),
        }
    }

    /// Gives up, in order.
    pub(super) async fn rollback(mut self) -> Result<(), StoreError> {
        sqlx::query("ROLLBACK").execute(&mut self.conn).await.map_err(failed(self.what))?;
        *self.slot = Some(self.conn);
        Ok(())
    }
}
