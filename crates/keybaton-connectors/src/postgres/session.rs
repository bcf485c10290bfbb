//! One connection for one call, under one deadline and in one transaction.

use keybaton_ports::{Blame, Called, Certainty, Fault};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Postgres};

use crate::sql::SqlCall;

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
    call: SqlCall,
    takes: Takes,
}

impl Session {
    /// Connects and begins a transaction that the server itself cuts off at the deadline.
    pub(super) async fn open(call: SqlCall, options: Option<PgConnectOptions>, takes: Takes) -> Called<Self> {
        let connection = call.connect(options).await?;
        let limit = call.call.timeout.as_millis().max(1);
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

    /// Hangs up politely.
    pub(super) async fn close(self) {
        self.call.close(self.connection).await;
    }

    /// An answer that was received and makes no sense.
    pub(super) fn failed(&self, error: &sqlx::Error) -> Fault {
        self.call.working(error, self.lost())
    }

    fn lost(&self) -> Certainty {
        match self.takes {
            Takes::AtCommit => Certainty::NotSent,
            Takes::AtOnce => Certainty::Unknown,
        }
    }
}
