//! An account as it stands, and the statements that change it.

use keybaton_ports::{Blame, Called, Certainty};
use keybaton_seal::digest_hex;
use serde_json::Value;
use sqlx::Row;

use super::failure::CHANGED;
use super::method::Methods;
use super::quote::Account;
use super::session::Session;

/// An account that exists.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) methods: Methods,
    pub(super) locked: bool,
    /// The digest of the whole row, by which a change in the meantime shows.
    mark: String,
}

/// Reads an account, where it exists. One that cannot be written back as it is, or that takes an empty password, is
/// refused. `lost` is what a lost answer leaves of the whole call.
pub(super) async fn read(session: &mut Session, account: &Account, lost: Certainty) -> Called<Option<Standing>> {
    let query = format!("SELECT Priv FROM mysql.global_priv WHERE {}", account.condition());
    let rows = session.rows(query, lost).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let column: String = row.try_get_unchecked(0).map_err(|error| session.failed(&error, lost))?;
    let Some(standing) = Standing::read(&column) else {
        let what = format!("a way to log in to {account} is not understood, so none is changed");
        return Err(session.refused(Blame::Unsupported, &what));
    };
    if standing.methods.is_open() {
        let what = format!("{account} takes an empty password, so nothing can be proven of another one");
        return Err(session.refused(Blame::Rejected, &what));
    }
    Ok(Some(standing))
}

impl Standing {
    fn read(column: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(column).ok()?;
        let methods = Methods::read(&value)?;
        let locked = value.get("account_locked").and_then(Value::as_bool).unwrap_or(false);
        Some(Self { methods, locked, mark: digest_hex(column.as_bytes()) })
    }

    /// The same statement, which does nothing if the account is no longer what was read: a late one of our own too.
    pub(super) fn guarded(&self, account: &Account, statement: &str) -> String {
        format!(
            "BEGIN NOT ATOMIC IF NOT EXISTS (SELECT 1 FROM mysql.global_priv WHERE {} AND SHA2(Priv, 256) = '{}') THEN \
             SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {CHANGED}, MESSAGE_TEXT = 'the account was changed meanwhile'; \
             END IF; {statement}; END",
            account.condition(),
            self.mark
        )
    }
}

/// The statement that changes an account; what it does not name stays.
pub(super) fn alter(account: &Account, change: &str) -> String {
    format!("ALTER USER {account} {change}")
}
