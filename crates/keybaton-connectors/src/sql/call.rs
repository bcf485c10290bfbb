//! A call to a database, and how it ended in the words of [`Fault`].

use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use sqlx::error::DatabaseError;
use sqlx::{ConnectOptions, Connection};

use crate::call::{Call, is_unsafe};

/// What a server's error means; each dialect reads its own.
pub(crate) struct Said {
    /// Whose fault it is.
    pub(crate) blame: Blame,
    /// The number or code, for words: `error 1045`.
    pub(crate) code: String,
    /// A login was refused because of who logs in.
    pub(crate) refuses_login: bool,
    /// The server stopped a statement that it had begun.
    pub(crate) cut_short: bool,
}

/// A call to a database.
pub(crate) struct SqlCall {
    pub(crate) call: Call,
    read: fn(&dyn DatabaseError) -> Said,
}

impl SqlCall {
    /// A call that begins now, to a server whose errors `read` understands.
    pub(crate) fn begin(
        what: &'static str,
        place: String,
        timeout: Duration,
        read: fn(&dyn DatabaseError) -> Said,
    ) -> Self {
        Self { call: Call::begin(what, place, timeout), read }
    }

    /// Connects as keybaton's own user, whose password may be no text; a failure was sent nothing.
    pub(crate) async fn connect<C>(&self, options: Option<impl ConnectOptions<Connection = C>>) -> Called<C> {
        let no_text = || Fault::new(Blame::OurCredential, Certainty::NotSent, "keybaton's own password is no UTF-8");
        let options = options.ok_or_else(no_text)?;
        let connected = self.call.wait(Certainty::NotSent, options.connect()).await?;
        connected.map_err(|error| self.connecting(&error))
    }

    /// Waits for something after the connection, at most until the deadline.
    pub(crate) async fn within<T>(
        &self,
        lost: Certainty,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Called<T> {
        self.call.wait(lost, work).await?.map_err(|error| self.working(&error, lost))
    }

    /// Hangs up politely; what was wanted has been answered, so a failure to say goodbye changes nothing.
    pub(crate) async fn close(&self, connection: impl Connection) {
        let _ = self.call.wait(Certainty::Unknown, connection.close()).await;
    }

    /// A failure to connect: whatever it is, nothing was sent; a refused login of ours is worth no second try.
    pub(crate) fn connecting(&self, error: &sqlx::Error) -> Fault {
        let Call { what, place, .. } = &self.call;
        match error {
            sqlx::Error::Database(said) => {
                let blame = self.said(&**said).blame;
                let certainty = match blame {
                    Blame::Transient => Certainty::NotSent,
                    _ => Certainty::Refused,
                };
                Fault::new(blame, certainty, format!("{what}: {place} refused the login: {}", said.message()))
            }
            sqlx::Error::Tls(cause) => self.not_safe(cause),
            sqlx::Error::Io(cause) if is_unsafe(cause) => self.not_safe(cause),
            sqlx::Error::Io(cause) => {
                Fault::new(Blame::Transient, Certainty::NotSent, format!("{what}: {place} cannot be reached: {cause}"))
            }
            other => Fault::new(Blame::Corrupt, Certainty::NotSent, format!("{what}: connect to {place}: {other}")),
        }
    }

    fn not_safe(&self, cause: &dyn std::fmt::Display) -> Fault {
        let Call { what, place, .. } = &self.call;
        Fault::new(Blame::Rejected, Certainty::NotSent, format!("{what}: no safe connection to {place}: {cause}"))
    }

    /// A failure after the connection; `lost` is what a lost answer leaves of the effect.
    pub(crate) fn working(&self, error: &sqlx::Error, lost: Certainty) -> Fault {
        let Call { what, place, .. } = &self.call;
        match error {
            sqlx::Error::Database(error) => {
                let Said { blame, code, cut_short, .. } = self.said(&**error);
                let certainty = if cut_short { lost } else { Certainty::Refused };
                Fault::new(blame, certainty, format!("{what}: {place} refused: {} ({code})", error.message()))
            }
            sqlx::Error::Io(cause) => {
                Fault::new(Blame::Transient, lost, format!("{what}: the connection to {place} broke: {cause}"))
            }
            other => Fault::new(Blame::Corrupt, lost, format!("{what}: the answer of {place} makes no sense: {other}")),
        }
    }

    /// What the server means by an error of its own.
    pub(crate) fn said(&self, error: &dyn DatabaseError) -> Said {
        (self.read)(error)
    }
}
