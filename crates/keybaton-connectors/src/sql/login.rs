//! What a login says about a credential.

use keybaton_ports::{Called, Certainty, Verdict};
use sqlx::ConnectOptions;

use super::call::SqlCall;

/// Logs in: a connection that was accepted, or what its refusal says about the credential. Only the server's own word
/// counts against it (R13).
pub(crate) async fn login<C>(
    call: &SqlCall,
    options: impl ConnectOptions<Connection = C>,
) -> Called<Result<C, Verdict>> {
    match call.call.wait(Certainty::NotSent, options.connect()).await? {
        Ok(connection) => Ok(Ok(connection)),
        Err(sqlx::Error::Database(error)) if call.said(&*error).refuses_login => Ok(Err(Verdict::Refused)),
        Err(sqlx::Error::Database(_)) => Ok(Err(Verdict::Inconclusive)),
        Err(other) => Err(call.connecting(&other)),
    }
}
