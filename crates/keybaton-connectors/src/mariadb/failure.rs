//! How a call failed, in the words of [`Fault`]. The only place that reads error numbers (`MariaDB`, "Error codes").

use keybaton_ports::{Blame, Certainty, Fault};
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

use super::session::Call;
use crate::duration::words;

/// What our own statements signal when an account is no longer what was read.
pub(super) const CHANGED: u16 = 30001;

/// A failure to connect: whatever it is, nothing was sent; a refused login of ours is worth no second try.
pub(super) fn connecting(call: &Call, error: &sqlx::Error) -> Fault {
    let Call { what, place, .. } = call;
    match error {
        sqlx::Error::Database(said) => {
            let blame = blame(&**said);
            let certainty = match blame {
                Blame::Transient => Certainty::NotSent,
                _ => Certainty::Refused,
            };
            Fault::new(blame, certainty, format!("{what}: {place} refused the login: {}", said.message()))
        }
        sqlx::Error::Tls(cause) => {
            Fault::new(Blame::Rejected, Certainty::NotSent, format!("{what}: no safe connection to {place}: {cause}"))
        }
        sqlx::Error::Io(cause) => {
            Fault::new(Blame::Transient, Certainty::NotSent, format!("{what}: {place} cannot be reached: {cause}"))
        }
        other => Fault::new(Blame::Corrupt, Certainty::NotSent, format!("{what}: connect to {place}: {other}")),
    }
}

/// A failure after the connection; `lost` is what a lost answer leaves of the effect.
pub(super) fn working(call: &Call, error: &sqlx::Error, lost: Certainty) -> Fault {
    let Call { what, place, .. } = call;
    match error {
        sqlx::Error::Database(said) => {
            let no = number(&**said);
            let certainty = if is_cut_short(no) { lost } else { Certainty::Refused };
            Fault::new(blame(&**said), certainty, format!("{what}: {place} refused: {} (error {no})", said.message()))
        }
        sqlx::Error::Io(cause) => {
            Fault::new(Blame::Transient, lost, format!("{what}: the connection to {place} broke: {cause}"))
        }
        other => Fault::new(Blame::Corrupt, lost, format!("{what}: the answer of {place} makes no sense: {other}")),
    }
}

/// No answer in time.
pub(super) fn late(call: &Call, lost: Certainty) -> Fault {
    let Call { what, place, timeout, .. } = call;
    Fault::new(Blame::Transient, lost, format!("{what}: no answer of {place} within {}", words(*timeout)))
}

/// Whether a login was refused because of who logs in: access denied, with and without a password, or a locked account.
pub(super) fn refuses_login(said: &dyn DatabaseError) -> bool {
    matches!(number(said), 1045 | 1698 | 4151)
}

/// Whether the server stopped a statement that it had begun: shut down, interrupted, killed, out of time.
fn is_cut_short(number: u16) -> bool {
    matches!(number, 1053 | 1317 | 1927 | 1969)
}

/// Whose fault a reported error is.
fn blame(said: &dyn DatabaseError) -> Blame {
    match number(said) {
        _ if refuses_login(said) => Blame::OurCredential,
        // No access to a database, a table, a statement or a routine.
        1044 | 1142 | 1143 | 1227 | 1370 => Blame::OurCredential,
        // Too many connections, no resources, locks, deadlocks, read-only, and a server that goes down.
        1040 | 1041 | 1129 | 1203 | 1205 | 1213 | 1226 | 1290 | 1836 | CHANGED => Blame::Transient,
        number if is_cut_short(number) => Blame::Transient,
        _ => Blame::Rejected,
    }
}

fn number(said: &dyn DatabaseError) -> u16 {
    said.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number).unwrap_or_default()
}
