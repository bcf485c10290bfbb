//! How an attempt to send a mail ended.

use keybaton_ports::{Blame, Certainty, Fault};
use lettre::transport::smtp::Error;

/// The fault of an attempt that failed. What the server said is not repeated: only its code.
pub(super) fn of(error: &Error) -> Fault {
    let code = error.status().map(|code| format!(" (the server answered {code})")).unwrap_or_default();
    if error.is_permanent() {
        let rejected = error.status().is_some_and(|code| ["530", "534", "535"].contains(&code.to_string().as_str()));
        let (blame, what) = if rejected {
            (Blame::OurCredential, "the server does not accept the user or the password")
        } else {
            (Blame::Rejected, "the server refused the mail")
        };
        return Fault::new(blame, Certainty::Refused, format!("{what}{code}"));
    }
    if error.is_transient() {
        return Fault::new(Blame::Transient, Certainty::Refused, format!("the server cannot take the mail now{code}"));
    }
    if error.is_client() {
        let what = format!("the server does not offer what is needed: {error}");
        return Fault::new(Blame::Unsupported, Certainty::NotSent, what);
    }
    if error.is_tls() {
        let what = "the connection to the server could not be secured";
        return Fault::new(Blame::Transient, Certainty::NotSent, what).because(cause(error));
    }
    Fault::unknown(format!("the connection to the server failed ({})", cause(error)))
}

/// The cause that says the most.
fn cause(error: &Error) -> String {
    let chain = std::iter::successors(std::error::Error::source(error), |&cause| cause.source());
    chain.last().map_or_else(|| error.to_string(), ToString::to_string)
}
