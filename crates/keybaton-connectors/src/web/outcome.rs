//! How a call ended: the one place that classifies a status or a failure of the transport (DESIGN section 6).

use std::error::Error;

use keybaton_ports::{Blame, Certainty, Fault};
use reqwest::StatusCode;

/// What a request names, which is what a 404 is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// One credential.
    Credential,
    /// No credential: the issuer's keys as a whole.
    Nothing,
}

/// Returns the fault of an answer that is not a success. 4xx is a refusal, except where a server says "not now" or "not
/// so, as things stand"; everything else may have happened.
pub(crate) fn of_status(line: &str, status: StatusCode, naming: Naming) -> Fault {
    let (blame, certainty) = classify(status, naming);
    let reason = status.canonical_reason().map(|words| format!(" {words}")).unwrap_or_default();
    let hint = match status.as_u16() {
        300..=399 => ": a redirect, which is never followed",
        401 | 403 => ": the credential that keybaton itself uses is not accepted for this",
        _ => "",
    };
    Fault::new(blame, certainty, format!("{line} was answered with {}{reason}{hint}", status.as_u16()))
}

/// Returns the fault of a call that got no whole answer.
pub(crate) fn of_transport(line: &str, origin: &str, error: &reqwest::Error) -> Fault {
    let (certainty, what) = if error.is_dns() {
        (Certainty::NotSent, "the host cannot be found")
    } else if error.is_connect() || error.is_builder() {
        (Certainty::NotSent, "no connection")
    } else {
        (Certainty::Unknown, "the connection was lost before the whole answer came")
    };
    let cause = innermost(error).map(|cause| format!(" ({cause})")).unwrap_or_default();
    Fault::new(Blame::Transient, certainty, format!("{line} at {origin}: {what}{cause}"))
}

/// Returns the fault of an answer that was a success and makes no sense. The effect has most likely happened.
pub(crate) fn of_answer(line: &str, what: impl std::fmt::Display) -> Fault {
    Fault::new(Blame::Corrupt, Certainty::Unknown, format!("{line}: {what}"))
}

fn classify(status: StatusCode, naming: Naming) -> (Blame, Certainty) {
    match status.as_u16() {
        408 | 409 | 425 | 429 => (Blame::Transient, Certainty::Unknown),
        401 | 403 => (Blame::OurCredential, Certainty::Refused),
        404 | 410 if naming == Naming::Credential => (Blame::NotFound, Certainty::Refused),
        405 => (Blame::Unsupported, Certainty::Refused),
        400..=499 => (Blame::Rejected, Certainty::Refused),
        300..=399 => (Blame::Rejected, Certainty::Unknown),
        _ => (Blame::Transient, Certainty::Unknown),
    }
}

/// The cause that says the most. Causes of the transport hold no header and no body.
fn innermost(error: &reqwest::Error) -> Option<&(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source()).last()
}
