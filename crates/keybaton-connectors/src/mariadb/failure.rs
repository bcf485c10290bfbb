//! What errors of `MariaDB` mean. The only place that reads its numbers (`MariaDB`, "Error codes").

use keybaton_ports::Blame;
use sqlx::error::DatabaseError;
use sqlx::mysql::MySqlDatabaseError;

use crate::sql::Said;

/// What our own statements signal when an account is no longer what was read.
pub(super) const CHANGED: u16 = 30001;

/// What an error means.
pub(super) fn said(error: &dyn DatabaseError) -> Said {
    let number = error.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number).unwrap_or_default();
    Said {
        blame: blame(number),
        refuses_login: refuses_login(number),
        cut_short: is_cut_short(number),
        code: format!("error {number}"),
    }
}

/// Whether a login was refused because of who logs in: access denied, with and without a password, or a locked account.
fn refuses_login(number: u16) -> bool {
    matches!(number, 1045 | 1698 | 4151)
}

/// Whether the server stopped a statement that it had begun: shut down, interrupted, killed, out of time.
fn is_cut_short(number: u16) -> bool {
    matches!(number, 1053 | 1317 | 1927 | 1969)
}

/// Whose fault a reported error is.
fn blame(number: u16) -> Blame {
    match number {
        _ if refuses_login(number) => Blame::OurCredential,
        // No access to a database, a table, a statement or a routine.
        1044 | 1142 | 1143 | 1227 | 1370 => Blame::OurCredential,
        // Too many connections, no resources, locks, deadlocks, read-only, and a server that goes down.
        1040 | 1041 | 1129 | 1203 | 1205 | 1213 | 1226 | 1290 | 1836 | CHANGED => Blame::Transient,
        number if is_cut_short(number) => Blame::Transient,
        _ => Blame::Rejected,
    }
}
