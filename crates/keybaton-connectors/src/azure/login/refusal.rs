//! Why a login was refused, in our own words.

use azure_core::Error;
use keybaton_ports::{Blame, Certainty, Fault};

use crate::azure::failure;

/// What Entra ID's codes say, of those that an operator meets (Microsoft's list of AADSTS error codes).
const KNOWN: [(&str, &str); 9] = [
    ("7000215", "the client secret is wrong"),
    ("7000222", "the client secret has expired"),
    ("7000112", "the application is disabled"),
    ("700016", "the directory has no such application"),
    ("700024", "the token of the platform has expired"),
    ("700213", "no federated credential of the application is for this workload"),
    ("70021", "no federated credential of the application is for this workload"),
    ("90002", "there is no such directory"),
    ("50034", "there is no such user"),
];

/// The fault of a login that gave no token. Whatever it was for was not sent.
pub(super) fn of(way: &str, error: &Error) -> Fault {
    let not_done = |blame, what: String| Fault::new(blame, Certainty::NotSent, format!("the login by {way}: {what}"));
    if let Some(fault) = failure::own(error) {
        return not_done(fault.blame, fault.what);
    }
    let status = failure::status(error).map(|status| status.as_u16());
    if let Some(status @ (408 | 429 | 500..=599)) = status {
        return not_done(Blame::Transient, format!("it was answered with {status}: not now"));
    }
    let code = failure::codes(error);
    let known =
        code.as_deref().and_then(|code| KNOWN.iter().find(|(known, _)| code.split(',').any(|one| one == *known)));
    not_done(
        Blame::OurCredential,
        match (known, code, status) {
            (Some((code, words)), ..) => format!("{words} (AADSTS{code})"),
            (None, Some(code), _) if is_number(&code) => format!("it is refused (AADSTS{code})"),
            (None, _, Some(status)) => format!("it is refused with {status}"),
            (None, _, None) => "it gives no token".to_owned(),
        },
    )
}

fn is_number(code: &str) -> bool {
    code.len() <= 40 && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
}

#[cfg(test)]
mod tests {
    use azure_core::error::ErrorKind;
    use azure_core::http::StatusCode;

    use super::*;

    fn refused(status: u16, code: Option<&str>) -> Fault {
        let kind = ErrorKind::HttpResponse {
            status: StatusCode::from(status),
            error_code: code.map(str::to_owned),
            raw_response: None,
        };
        of("a client secret", &Error::with_message(kind, "words of a server").with_context("a client"))
    }

    #[test]
    fn a_refusal_says_what_an_operator_can_do_and_repeats_nothing() {
        let expired = refused(401, Some("7000222"));
        assert_eq!((expired.blame, expired.certainty), (Blame::OurCredential, Certainty::NotSent));
        assert_eq!(expired.what, "the login by a client secret: the client secret has expired (AADSTS7000222)");
        assert_eq!(refused(400, Some("1,2")).what, "the login by a client secret: it is refused (AADSTS1,2)");
        assert_eq!(refused(400, Some("a word")).what, "the login by a client secret: it is refused with 400");
        assert_eq!(refused(503, None).blame, Blame::Transient);
    }
}
