//! How a call failed, in the words of [`Fault`]. The only place that reads error codes.

use keybaton_ports::{Blame, Certainty, Fault};
use sqlx::error::DatabaseError;

use super::session::Call;
use crate::duration::words;

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
            let code = said.code().unwrap_or_default();
            let text = format!("{what}: {place} refused: {} (SQLSTATE {code})", said.message());
            Fault::new(blame(&**said), Certainty::Refused, text)
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

/// Whether a login was refused because of who logs in: a wrong password, a role that may not log in or not here
/// (`invalid_password`, `invalid_authorization_specification`, `insufficient_privilege`; appendix A of the manual).
pub(super) fn refuses_login(said: &dyn DatabaseError) -> bool {
    matches!(said.code().as_deref(), Some("28P01" | "28000" | "42501"))
}

/// Whose fault a reported error is, by the class of its code.
fn blame(said: &dyn DatabaseError) -> Blame {
    let code = said.code().unwrap_or_default();
    match code.get(..2).unwrap_or_default() {
        _ if refuses_login(said) => Blame::OurCredential,
        // Connection, rollback, resources, object state (locks), operator, system.
        "08" | "40" | "53" | "55" | "57" | "58" => Blame::Transient,
        _ => Blame::Rejected,
    }
}
