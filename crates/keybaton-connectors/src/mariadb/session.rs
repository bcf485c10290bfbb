//! One connection for one call, under one deadline.

use keybaton_ports::{Blame, Called, Certainty, Fault};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Row};

use crate::sql::SqlCall;

/// One connection for one call.
pub(super) struct Session {
    connection: MySqlConnection,
    call: SqlCall,
}

impl Session {
    /// Connects, and lets the server itself cut off what takes longer than the call.
    pub(super) async fn open(call: SqlCall, options: Option<MySqlConnectOptions>) -> Called<Self> {
        let connection = call.connect(options).await?;
        let seconds = call.call.timeout.as_secs_f64();
        let mut session = Self { connection, call };
        let limits =
            format!("SET NAMES utf8mb4, max_statement_time = {seconds}, lock_wait_timeout = {}", seconds.ceil());
        session.run(limits, Certainty::NotSent).await?;
        Ok(session)
    }

    /// Runs a query that only reads. `lost` is what a lost answer leaves of the whole call.
    pub(super) async fn rows(&mut self, query: String, lost: Certainty) -> Called<Vec<MySqlRow>> {
        let Self { connection, call } = self;
        call.within(lost, sqlx::raw_sql(AssertSqlSafe(query)).fetch_all(connection)).await
    }

    /// The one number that a query gives.
    pub(super) async fn number(&mut self, query: String, lost: Certainty) -> Called<i64> {
        let rows = self.rows(query, lost).await?;
        let number = rows.first().ok_or(sqlx::Error::RowNotFound).and_then(|row| row.try_get_unchecked::<i64, _>(0));
        number.map_err(|error| self.failed(&error, lost))
    }

    /// Runs a statement, built from [`super::quote`] and [`super::method`] alone.
    pub(super) async fn run(&mut self, statement: String, lost: Certainty) -> Called<()> {
        let Self { connection, call } = self;
        call.within(lost, sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection)).await.map(drop)
    }

    /// An answer that was received and makes no sense.
    pub(super) fn failed(&self, error: &sqlx::Error, lost: Certainty) -> Fault {
        self.call.working(error, lost)
    }

    /// A refusal of ours, on what the server shows.
    pub(super) fn refused(&self, blame: Blame, why: &str) -> Fault {
        self.call.call.refused(blame, why)
    }

    /// Hangs up politely.
    pub(super) async fn close(self) {
        self.call.close(self.connection).await;
    }
}
