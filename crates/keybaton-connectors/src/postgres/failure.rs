//! What errors of `PostgreSQL` mean. The only place that reads its codes.

use keybaton_ports::Blame;
use sqlx::error::DatabaseError;

use crate::sql::Said;

/// What an error means. One that is reported leaves nothing of its transaction.
pub(super) fn said(error: &dyn DatabaseError) -> Said {
    let code = error.code().unwrap_or_default();
    Said {
        blame: blame(&code),
        refuses_login: refuses_login(&code),
        cut_short: false,
        code: format!("SQLSTATE {code}"),
    }
}

/// Whether a login was refused because of who logs in: a wrong password, a role that may not log in or not here
/// (`invalid_password`, `invalid_authorization_specification`, `insufficient_privilege`; appendix A of the manual).
fn refuses_login(code: &str) -> bool {
    matches!(code, "28P01" | "28000" | "42501")
}

/// Whose fault a reported error is, by the class of its code.
fn blame(code: &str) -> Blame {
    match code.get(..2).unwrap_or_default() {
        _ if refuses_login(code) => Blame::OurCredential,
        // Connection, rollback, resources, object state (locks), operator, system.
        "08" | "40" | "53" | "55" | "57" | "58" => Blame::Transient,
        _ => Blame::Rejected,
    }
}
