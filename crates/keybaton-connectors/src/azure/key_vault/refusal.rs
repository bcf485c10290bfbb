//! How a refusal of Key Vault is classified. Its codes are shown where they are known, its texts never.

use azure_core::Error;
use azure_core::error::ErrorKind;
use keybaton_ports::{Blame, Certainty, Fault};
use serde::Deserialize;

use crate::azure::failure;

#[derive(Deserialize)]
struct Refusal {
    error: Code,
}

#[derive(Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
    innererror: Option<Inner>,
}

#[derive(Deserialize)]
struct Inner {
    #[serde(default)]
    code: String,
}

/// What Key Vault's own codes say (its REST error codes; the inner ones are the exact ones).
const KNOWN: [(&str, Blame, &str); 9] = [
    ("SecretDisabled", Blame::Rejected, "the latest version is disabled: enable it, or write another one"),
    (
        "ObjectIsDeletedButRecoverable",
        Blame::Rejected,
        "the secret was deleted and can be recovered: recover or purge it",
    ),
    ("ObjectIsBeingDeleted", Blame::Transient, "the secret is being deleted"),
    ("ObjectIsBeingRecovered", Blame::Transient, "the secret is being recovered"),
    ("ForbiddenByRbac", Blame::OurCredential, "keybaton's identity has no role that allows this"),
    ("ForbiddenByPolicy", Blame::OurCredential, "no access policy allows this to keybaton's identity"),
    ("AccessDenied", Blame::OurCredential, "no access policy allows this to keybaton's identity"),
    ("ForbiddenByFirewall", Blame::OurCredential, "the firewall of the vault does not let keybaton in"),
    ("Throttled", Blame::Transient, "too many requests for now"),
];

/// Whether nothing is there: a secret that never was, or that was deleted.
pub(super) fn is_nothing(error: &Error) -> bool {
    failure::status(error).is_some_and(|status| status.as_u16() == 404) && says(error, "SecretNotFound")
}

/// Whether Key Vault did not accept the token.
pub(super) fn is_of_token(error: &Error) -> bool {
    failure::status(error).is_some_and(|status| status.as_u16() == 401)
}

/// The fault of a call that failed. What Key Vault says no to, it certainly has not done.
pub(super) fn of(line: &str, error: &Error) -> Fault {
    let not_done = |blame, what: &str| Fault::new(blame, Certainty::NotSent, format!("{line}: {what}"));
    let Some(status) = failure::status(error).filter(|_| failure::own(error).is_none()) else {
        return failure::of(line, error);
    };
    let known = KNOWN.iter().find(|(code, ..)| says(error, code));
    match (status.as_u16(), known) {
        (403 | 409, Some((code, blame, what))) => not_done(*blame, &format!("{what} ({code})")),
        (429, _) => not_done(Blame::Transient, "the vault answers with 429: too many requests for now"),
        (401, _) => not_done(Blame::OurCredential, "the vault does not accept keybaton's token"),
        (403, None) => not_done(Blame::OurCredential, "the vault does not allow this to keybaton's identity"),
        _ => failure::of(line, error),
    }
}

fn says(error: &Error, code: &str) -> bool {
    body(error)
        .is_some_and(|Refusal { error }| error.code == code || error.innererror.is_some_and(|inner| inner.code == code))
}

fn body(error: &Error) -> Option<Refusal> {
    match error.kind() {
        ErrorKind::HttpResponse { raw_response: Some(response), .. } => serde_json::from_slice(response.body()).ok(),
        _ => None,
    }
}
