//! How a refusal of the server is classified. Its own words are matched, and shown only where they are known.

use keybaton_ports::{Blame, Certainty, Fault};
use reqwest::StatusCode;
use serde::Deserialize;

use crate::web::outcome::{self, Naming};

/// What the server says of a request that it did not do.
#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    errors: Vec<String>,
}

/// Why the server did not do it, where that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It has no access to its own storage: nothing is read or written until somebody unseals it.
    Sealed,
    /// The version is not the one that was expected.
    Moved,
    /// The engine was mounted a moment ago and is not ready.
    Upgrading,
    /// What the request names is not there any more.
    Gone,
    /// There is no engine under this path.
    NoEngine,
    /// It gave no reason that we know.
    Else,
}

/// Its words, and what they mean.
const KNOWN: [(&str, Said); 9] = [
    ("failed to find accessor entry", Said::Gone),
    ("invalid accessor", Said::Gone),
    ("upgrading from non-versioned", Said::Upgrading),
    ("vault is sealed", Said::Sealed),
    ("openbao is sealed", Said::Sealed),
    ("bao is sealed", Said::Sealed),
    ("check-and-set parameter did not match", Said::Moved),
    ("no handler for route", Said::NoEngine),
    ("route entry not found", Said::NoEngine),
];

impl Said {
    /// Reads the body of a refusal.
    pub(super) fn of(body: &[u8]) -> Self {
        let errors = serde_json::from_slice::<Refusal>(body).map(|refusal| refusal.errors).unwrap_or_default();
        let text = errors.join("\n").to_lowercase();
        KNOWN.iter().find(|(words, _)| text.contains(words)).map_or(Self::Else, |(_, said)| *said)
    }
}

/// Whether a 404 is about a secret that is not there, and not about a path that leads nowhere.
pub(super) fn is_empty(body: &[u8]) -> bool {
    serde_json::from_slice::<Refusal>(body).is_ok_and(|refusal| refusal.errors.is_empty())
}

/// Whether a refusal is about the request itself, and not about the state that the server is in.
pub(super) fn is_final(body: &[u8]) -> bool {
    Said::of(body) == Said::Else
}

/// The fault of an answer that is no success.
pub(super) fn of_answer(line: &str, status: StatusCode, body: &[u8]) -> Fault {
    let not_done = |blame, what: &str| Fault::new(blame, Certainty::NotSent, format!("{line}: {what}"));
    match (Said::of(body), status.as_u16()) {
        (Said::Sealed, _) => not_done(Blame::Transient, "the server is sealed; it does nothing until it is unsealed"),
        (Said::Upgrading, _) => not_done(Blame::Transient, "the KV engine is not ready yet"),
        (Said::NoEngine, _) => not_done(Blame::Rejected, "there is no KV engine, version 2, at this mount"),
        (_, 429) => not_done(Blame::Transient, "the server answers with 429: too many requests for now"),
        (_, 403) => not_done(
            Blame::OurCredential,
            "permission denied: keybaton's own token is not accepted for this, or its policy lacks it",
        ),
        (Said::Moved | Said::Gone | Said::Else, _) => outcome::of_status(line, status, Naming::Nothing),
    }
}
