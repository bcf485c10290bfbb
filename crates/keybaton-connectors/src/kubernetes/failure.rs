//! How a refusal of the API server is classified. Its own words are matched and not repeated: an admission webhook may have
//! written them, about what we have sent.

use keybaton_ports::{Blame, Certainty, Fault};
use serde::Deserialize;

use super::server::Answer;
use crate::web::outcome::{self, Naming};

/// What the server says of a request that it did not do.
#[derive(Default, Deserialize)]
struct Status {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Details {
    kind: String,
    causes: Vec<Cause>,
    retry_after_seconds: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cause {
    reason: String,
    message: String,
    field: String,
}

/// What a 409 is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// A field belongs to another manager.
    Managed {
        /// Which field.
        field: String,
        /// Whose it is.
        manager: String,
    },
    /// The object is not the one that was read.
    Moved,
}

impl Status {
    fn of(answer: &Answer) -> Self {
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }
}

/// Whether a 404 says that a resource of this kind has no such object, and not that a path leads nowhere.
pub(super) fn is_absent(answer: &Answer, kind: &str) -> bool {
    let status = Status::of(answer);
    let named = status.details.is_some_and(|details| details.kind == kind);
    answer.status.as_u16() == 404 && status.kind == "Status" && status.reason == "NotFound" && named
}

/// What a refusal is about, if it is a conflict.
pub(super) fn conflict(answer: &Answer) -> Option<Conflict> {
    if answer.status.as_u16() != 409 {
        return None;
    }
    let causes = Status::of(answer).details.map(|details| details.causes).unwrap_or_default();
    let managed = causes.into_iter().find(|cause| cause.reason == "FieldManagerConflict");
    Some(managed.map_or(Conflict::Moved, |cause| Conflict::Managed {
        manager: cause.message.split('"').nth(1).map(plain).unwrap_or_default(),
        field: plain(cause.field.trim_start_matches('.')),
    }))
}

/// The fault of an answer that is no success.
pub(super) fn of_answer(line: &str, answer: &Answer) -> Fault {
    let not_done = |blame, what: &str| Fault::new(blame, Certainty::NotSent, format!("{line}: {what}"));
    match answer.status.as_u16() {
        401 => not_done(Blame::OurCredential, "the server does not know keybaton's own token, or it has ended"),
        403 => not_done(Blame::OurCredential, "forbidden: keybaton's own account may not do this; its Role lacks it"),
        404 if is_absent(answer, "namespaces") => not_done(Blame::Rejected, "there is no such namespace"),
        404 => not_done(Blame::Rejected, "this is not there: is it an API server of Kubernetes?"),
        422 => not_done(Blame::Rejected, "the server finds the Secret invalid, so it was not written"),
        429 => not_done(Blame::Transient, &patience(answer)),
        _ => outcome::of_status(line, answer.status, Naming::Nothing),
    }
}

fn patience(answer: &Answer) -> String {
    let said = Status::of(answer).details.map(|details| details.retry_after_seconds).filter(|seconds| *seconds > 0);
    let asked = answer.retry_after.or(said).map(|seconds| format!(", and wants to be left alone for {seconds} s"));
    format!("the server answers with 429: too many requests for now{}", asked.unwrap_or_default())
}

/// The letters of a name that somebody else has chosen, as far as they can be shown.
fn plain(text: &str) -> String {
    let is_shown = |c: &char| c.is_ascii_alphanumeric() || "-_./: ".contains(*c);
    text.chars().filter(is_shown).take(64).collect()
}
