//! One connection for one call, under one deadline and in one transaction.

use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Postgres};
use tokio::time::{Instant, timeout_at};

use super::failure;

/// When the statements of a call take effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// At `COMMIT`: whatever is lost before that has certainly not happened, and never will.
    AtCommit,
    /// As they run, or not at all: a lost answer leaves it open.
    AtOnce,
}

/// One connection for one call.
pub(super) struct Session {
    connection: PgConnection,
    call: Call,
    takes: Takes,
}

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

impl Call {
    /// A call that begins now.
    pub(super) fn begin(what: &'static str, place: String, timeout: Duration) -> Self {
        Self { what, place, timeout, deadline: Instant::now() + timeout }
    }

    /// Connects; a failure was sent nothing.
    pub(super) async fn connect(&self, options: &PgConnectOptions) -> Called<PgConnection> {
        match timeout_at(self.deadline, options.connect()).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(failure::connecting(self, &error)),
            Err(_) => Err(failure::late(self, Certainty::NotSent)),
        }
    }

    /// Waits for something after the connection, at most until the deadline.
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
    /// Connects and begins a transaction that the server itself cuts off at the deadline.
    pub(super) async fn open(call: Call, options: Option<PgConnectOptions>, takes: Takes) -> Called<Self> {
        let no_text = || Fault::new(Blame::OurCredential, Certainty::NotSent, "keybaton's own password is no UTF-8");
        let connection = call.connect(&options.ok_or_else(no_text)?).await?;
        let limit = call.timeout.as_millis().max(1);
        let mut session = Self { connection, call, takes };
        let begin = format!(
            "BEGIN; SET LOCAL search_path = pg_catalog; SET LOCAL statement_timeout = {limit}; \
             SET LOCAL idle_in_transaction_session_timeout = {limit}"
        );
        session.run(begin).await?;
        Ok(session)
    }

    /// Runs a query with parameters.
    pub(super) async fn rows(&mut self, query: Query<'_, Postgres, PgArguments>) -> Called<Vec<PgRow>> {
        let lost = self.lost();
        self.call.within(lost, query.persistent(false).fetch_all(&mut self.connection)).await
    }

    /// Runs statements, built from [`super::quote`] alone.
    pub(super) async fn run(&mut self, statements: String) -> Called<()> {
        let lost = self.lost();
        let work = sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut self.connection);
        self.call.within(lost, work).await.map(drop)
    }

    /// Commits and hangs up. Whatever goes wrong from here on leaves the effect open: a server that waits for a
    /// standby has committed even when it reports an error.
    pub(super) async fn commit(mut self) -> Called<()> {
        let work = sqlx::raw_sql("COMMIT").execute(&mut self.connection);
        let sent = self.call.within(Certainty::Unknown, work).await;
        sent.map_err(|fault| Fault { certainty: Certainty::Unknown, blame: Blame::Transient, ..fault })?;
        self.close().await;
        Ok(())
    }

    /// Hangs up politely; what was wanted has been answered, so a failure to say goodbye changes nothing.
    pub(super) async fn close(self) {
        let _ = timeout_at(self.call.deadline, self.connection.close()).await;
    }

    /// An answer that was received and makes no sense.
    pub(super) fn failed(&self, error: &sqlx::Error) -> Fault {
        failure::working(&self.call, error, self.lost())
    }

    fn lost(&self) -> Certainty {
        match self.takes {
            Takes::AtCommit => Certainty::NotSent,
            Takes::AtOnce => Certainty::Unknown,
        }
    }
}
