//! What an error of Microsoft's libraries says of the effect.

use std::error::Error as _;

use azure_core::Error;
use azure_core::error::ErrorKind;
use keybaton_ports::{Blame, Certainty, Fault};
use reqwest::StatusCode;

use crate::web::outcome::{self, Naming};

/// Returns the fault that the wire or a login put into an error.
pub(super) fn own(error: &Error) -> Option<Fault> {
    let fault: &Fault = causes(error).find_map(|cause| cause.downcast_ref())?;
    Some(Fault::new(fault.blame, fault.certainty, fault.what.clone()))
}

/// Returns the fault of a call that failed; `line` is what the call is in words. The texts of a service are never repeated.
pub(super) fn of(line: &str, error: &Error) -> Fault {
    if let Some(fault) = own(error) {
        return fault;
    }
    match (status(error), error.kind()) {
        (Some(status), _) => outcome::of_status(line, status, Naming::Nothing),
        (None, ErrorKind::DataConversion) => outcome::of_answer(line, "the answer is none that this service gives"),
        (None, _) => Fault::new(
            Blame::Rejected,
            Certainty::NotSent,
            format!("{line}: the server asks for a token of another service, which it does not get"),
        ),
    }
}

/// The status of an answer that was no success, wherever it is in an error.
pub(super) fn status(error: &Error) -> Option<StatusCode> {
    let of = |error: &Error| error.http_status().and_then(|status| StatusCode::from_u16(status.into()).ok());
    of(error).or_else(|| causes(error).filter_map(|cause| cause.downcast_ref()).find_map(of))
}

/// The codes that Entra ID gave with a refusal: `7000222`.
pub(super) fn codes(error: &Error) -> Option<String> {
    let of = |error: &Error| match error.kind() {
        ErrorKind::HttpResponse { error_code, .. } => error_code.clone(),
        _ => None,
    };
    of(error).or_else(|| causes(error).filter_map(|cause| cause.downcast_ref()).find_map(of))
}

fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_found_again_however_deep_it_is() {
        let fault = Fault::new(Blame::Transient, Certainty::Unknown, "the connection was lost");
        let error = Error::new(ErrorKind::Other, fault).with_context("a policy").with_context("a client");
        let found = of("GET /secrets/a", &error);
        assert_eq!((found.blame, found.certainty), (Blame::Transient, Certainty::Unknown));
        assert_eq!(found.what, "the connection was lost");
        let other = of("GET /secrets/a", &Error::with_message(ErrorKind::Other, "a text of somebody else"));
        assert!(!other.what.contains("somebody else"), "{other}");
    }
}
