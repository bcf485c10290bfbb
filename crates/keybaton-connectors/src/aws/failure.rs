//! What AWS says of a request that it did not do. Its codes are matched (the common errors of each service's reference);
//! its own words are never shown: they repeat what was sent.

use keybaton_ports::{Blame, Certainty, Fault};
use serde::Deserialize;

use super::wire::Answer;
use crate::web::outcome::{self, Naming};

/// Why it was not done, where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Too many requests for now.
    Throttled,
    /// The credential that signed has ended.
    Expired,
    /// The credential that signed is unknown, switched off, or does not fit its secret.
    Unknown,
    /// The credential that signed may not do this.
    Denied,
    /// The time in the signature is too far from that of the service.
    Clock,
    /// What the request names is not there.
    Gone,
    /// What it wants to make is there already.
    Exists,
    /// There is no room for one more.
    Full,
    /// What it names is marked for deletion.
    Deleting,
    /// What it says does not fit what is there.
    Moved,
    /// Something else is changing it at the moment.
    Busy,
    /// It gave no reason that we know.
    Else,
}

const CODES: [(Said, &[&str]); 10] = [
    (
        Said::Throttled,
        &[
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "SlowDown",
            "PriorRequestNotComplete",
            "TransactionInProgressException",
        ],
    ),
    (Said::Expired, &["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"]),
    (
        Said::Unknown,
        &[
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "InvalidToken",
            "AuthFailure",
            "NotSignedUp",
            "OptInRequired",
        ],
    ),
    (Said::Denied, &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"]),
    (Said::Clock, &["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]),
    (Said::Gone, &["NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException"]),
    (Said::Exists, &["EntityAlreadyExists", "ResourceExistsException"]),
    (Said::Full, &["LimitExceeded", "LimitExceededException"]),
    (Said::Moved, &["InvalidParameterException"]),
    (Said::Busy, &["EntityTemporarilyUnmodifiable", "ConcurrentModification", "ConcurrentModificationException"]),
];

/// A refusal of a service that speaks JSON.
#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(default, alias = "Message")]
    message: String,
}

impl Said {
    /// Reads the body of a refusal.
    pub(super) fn of(body: &[u8]) -> Self {
        let (code, message) = json(body).or_else(|| xml(body)).unwrap_or_default();
        let message = message.to_lowercase();
        let known = CODES.iter().find(|(_, codes)| codes.contains(&code.as_str())).map(|(said, _)| *said);
        match known {
            // A clock that is wrong is told with the code of a wrong signature.
            Some(Self::Unknown) if is_about_time(&message) => Self::Clock,
            None if code == "InvalidRequestException" && is_about_deletion(&message) => Self::Deleting,
            Some(said) => said,
            None => Self::Else,
        }
    }
}

/// The fault of an answer that is no success.
pub(super) fn of_answer(line: &str, answer: &Answer) -> Fault {
    let fault = |blame, certainty, what: &str| Fault::new(blame, certainty, format!("{line}: {what}"));
    let (ours, refused) = (Blame::OurCredential, Certainty::Refused);
    match Said::of(&answer.body) {
        Said::Throttled => fault(
            Blame::Transient,
            Certainty::NotSent,
            "AWS throttles: too many requests for now; this one was not done",
        ),
        Said::Expired => fault(ours, refused, "the credential that keybaton itself uses has expired"),
        Said::Unknown => fault(ours, refused, "the credential that keybaton itself uses is not accepted"),
        Said::Denied => {
            fault(ours, refused, "permission denied: the policy of keybaton's own identity lacks this action")
        }
        Said::Clock => fault(ours, refused, "the clock of this machine is too far from that of AWS"),
        Said::Gone => fault(Blame::NotFound, refused, "what it names is not there"),
        Said::Exists => fault(Blame::Rejected, refused, "it is there already"),
        Said::Full => fault(Blame::Full, refused, "there is no room for one more"),
        Said::Deleting => fault(
            Blame::Rejected,
            refused,
            "the secret is scheduled for deletion: restore it, or give the setting another name",
        ),
        Said::Moved => fault(Blame::Rejected, refused, "it does not fit what is there now"),
        Said::Busy => {
            fault(Blame::Transient, Certainty::NotSent, "it is being changed at the moment; this was not done")
        }
        Said::Else if answer.status.as_u16() == 429 => fault(
            Blame::Transient,
            Certainty::NotSent,
            "AWS throttles: too many requests for now; this one was not done",
        ),
        Said::Else => outcome::of_status(line, answer.status, Naming::Nothing),
    }
}

fn is_about_time(message: &str) -> bool {
    ["signature expired", "not yet current", "is now earlier than", "is still later than"]
        .iter()
        .any(|words| message.contains(words))
}

fn is_about_deletion(message: &str) -> bool {
    message.contains("marked for deletion") || message.contains("scheduled for deletion")
}

/// `{"__type": "com.amazonaws.secretsmanager#ResourceNotFoundException", "Message": "…"}`.
fn json(body: &[u8]) -> Option<(String, String)> {
    let refusal: Refusal = serde_json::from_slice(body).ok()?;
    let code = refusal.kind.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default();
    Some((code.to_owned(), refusal.message))
}

/// `<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>…`.
fn xml(body: &[u8]) -> Option<(String, String)> {
    let document = roxmltree::Document::parse(str::from_utf8(body).ok()?).ok()?;
    let error = document.descendants().find(|node| node.tag_name().name() == "Error")?;
    let text = |name: &str| {
        let found = error.children().find(|node| node.tag_name().name() == name);
        found.and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    Some((text("Code"), text("Message")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: &str, message: &str) -> [Said; 2] {
        let json = format!(r#"{{"__type":"com.amazonaws.secretsmanager#{code}","Message":"{message}"}}"#);
        let xml = format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        );
        [Said::of(json.as_bytes()), Said::of(xml.as_bytes())]
    }

    #[test]
    fn a_code_is_read_in_both_dialects() {
        assert_eq!(code("ThrottlingException", "Rate exceeded"), [Said::Throttled; 2]);
        assert_eq!(
            code("InvalidClientTokenId", "The security token included in the request is invalid."),
            [Said::Unknown; 2]
        );
        assert_eq!(code("SomethingNew", "x"), [Said::Else; 2]);
        assert_eq!(Said::of(b"<html>"), Said::Else);
        assert_eq!(Said::of(br#"{"__type":"ExpiredTokenException"}"#), Said::Expired);
    }

    #[test]
    fn a_wrong_clock_is_told_from_a_wrong_secret() {
        let late =
            "Signature expired: 20261123T165230Z is now earlier than 20261123T170000Z (20261123T170500Z - 5 min.)";
        assert_eq!(code("SignatureDoesNotMatch", late), [Said::Clock; 2]);
        assert_eq!(
            code("InvalidSignatureException", "Signature not yet current: a is still later than b"),
            [Said::Clock; 2]
        );
        assert_eq!(
            code("SignatureDoesNotMatch", "The request signature we calculated does not match"),
            [Said::Unknown; 2]
        );
    }

    #[test]
    fn a_secret_that_is_to_be_deleted_is_told_from_other_requests_that_make_no_sense() {
        let marked = "You can't perform this operation on the secret because it was marked for deletion.";
        assert_eq!(code("InvalidRequestException", marked), [Said::Deleting; 2]);
        assert_eq!(code("InvalidRequestException", "You tried to perform the operation wrongly"), [Said::Else; 2]);
    }
}
