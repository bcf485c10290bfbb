//! What Azure Resource Manager says when it does not do what it is asked, by its code. Its texts are never repeated.

use keybaton_ports::{Blame, Certainty, Fault};
use serde::Deserialize;

use crate::azure::rest::{self, Answer, Asked};

#[derive(Default, Deserialize)]
struct Document {
    #[serde(default)]
    error: Said,
}

#[derive(Default, Deserialize)]
struct Said {
    #[serde(default)]
    code: String,
}

/// The fault of an answer that is no success.
pub(super) fn refusal(asked: &Asked, answer: &Answer) -> Fault {
    let document: Document = serde_json::from_slice(&answer.body).unwrap_or_default();
    let (status, code) = (answer.status.as_u16(), document.error.code);
    let said = |blame, certainty, what: &str| {
        Fault::new(blame, certainty, format!("{} was answered with {status}: {what}", asked.line()))
    };
    match (status, code.as_str()) {
        (403, "AuthorizationFailed") => said(
            Blame::OurCredential,
            Certainty::Refused,
            "the identity that keybaton uses may not do this; the role \"Storage Account Key Operator Service Role\" allows it",
        ),
        (404, "SubscriptionNotFound") => {
            said(Blame::Rejected, Certainty::Refused, "there is no such subscription here")
        }
        (404, "ResourceGroupNotFound") => said(Blame::Rejected, Certainty::Refused, "there is no such resource group"),
        (404, "ResourceNotFound") => said(Blame::Rejected, Certainty::Refused, "there is no such storage account"),
        // A lock forbids every POST, so that it forbids to list keys too.
        (409, "ScopeLocked") => said(Blame::Rejected, Certainty::Refused, "a lock on the account forbids it"),
        (409, "StorageAccountIsNotProvisioned" | "StorageAccountOperationInProgress") => {
            said(Blame::Transient, Certainty::NotSent, "the account is being changed by somebody")
        }
        _ => rest::refusal(asked, answer),
    }
}

/// The same of a call that only prepared another one, which was not sent: nothing about that one is unknown.
pub(super) fn harmless(fault: Fault) -> Fault {
    match fault.certainty {
        Certainty::Unknown => fault.unsent(),
        Certainty::NotSent | Certainty::Refused => fault,
    }
}
