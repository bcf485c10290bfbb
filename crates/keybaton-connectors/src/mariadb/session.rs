//! One connection for one call, under one deadline.

use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use tokio::time::{Instant, timeout_at};

use super::failure;

/// What is said about a call when it fails.
pub(super) struct Call {
    /// Such as `create a credential`.
    pub(super) what: &'static str,
    /// `host:port`.
    pub(super) place: String,
    /// How long it may take.
    pub(super) timeout: Duration,
    deadline: Instant,
}

/// One connection for one call.
pub(super) struct Session {
    connection: MySqlConnection,
    pub(super) call: Call,
}

impl Call {
    /// A call that begins now.
    pub(super) fn begin(what: &'static str, place: String, timeout: Duration) -> Self {
        Self { what, place, timeout, deadline: Instant::now() + timeout }
    }

    /// Waits for something, at most until the deadline.
    pub(super) async fn within<T>(
        &self,
        lost: Certainty,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Called<T> {
        match timeout_at(self.deadline, work).await {
            Ok(done) => done.map_err(|error| failure::working(self, &error, lost)),
            Err(_) => Err(failure::late(self, lost)),
        }
    }
}

impl Session {
    /// Connects, and lets the server itself cut off what takes longer than the call.
    pub(super) async fn open(call: Call, options: Option<MySqlConnectOptions>) -> Called<Self> {
        let no_text = || Fault::new(Blame::OurCredential, Certainty::NotSent, "keybaton's own password is no UTF-8");
        let options = options.ok_or_else(no_text)?;
        let connection = match timeout_at(call.deadline, options.connect()).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(failure::connecting(&call, &error)),
            Err(_) => return Err(failure::late(&call, Certainty::NotSent)),
        };
        let seconds = call.timeout.as_secs_f64();
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
        failure::working(&self.call, error, lost)
    }

    /// A refusal of ours, on what the server shows.
    pub(super) fn refused(&self, blame: Blame, why: &str) -> Fault {
        Fault::new(blame, Certainty::Refused, format!("{}: {why}", self.call.what))
    }

    /// Hangs up politely; what was wanted has been answered, so a failure to say goodbye changes nothing.
    pub(super) async fn close(self) {
        let _ = timeout_at(self.call.deadline, self.connection.close()).await;
    }
}
