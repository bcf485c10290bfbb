//! What a program answers, and what that means.

use keybaton_ports::{Blame, Called, Certainty, Fault};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::call::{Message, SCHEMA};
use super::program::Program;

/// The document of an answer: exactly one of the four ways in which a call ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<T> {
    schema: String,
    ok: Option<T>,
    refused: Option<String>,
    not_sent: Option<String>,
    unknown: Option<String>,
    blame: Option<Said>,
}

/// Whose fault it is, in the program's word.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Transient,
    OurCredential,
    Rejected,
    Full,
    NotFound,
    Unsupported,
}

impl From<Said> for Blame {
    fn from(said: Said) -> Self {
        match said {
            Said::Transient => Self::Transient,
            Said::OurCredential => Self::OurCredential,
            Said::Rejected => Self::Rejected,
            Said::Full => Self::Full,
            Said::NotFound => Self::NotFound,
            Said::Unsupported => Self::Unsupported,
        }
    }
}

/// An answer that carries nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Reads the answer. What cannot be read says nothing about what the program did.
pub(super) fn read<T: DeserializeOwned>(program: &Program, message: &Message, line: &[u8]) -> Called<T> {
    let (verb, name) = (message.verb, program.name());
    let broken = |what: String| Fault::unknown(format!("{verb}: the program {name} {what}"));
    // The words of the library may repeat a part of the answer, which may be a value: the place is enough.
    let read: Result<Document<T>, _> = serde_json::from_slice(line);
    let document =
        read.map_err(|error| broken(format!("did not answer as {SCHEMA} says (column {})", error.column())))?;
    if document.schema != SCHEMA {
        return Err(broken(format!("does not answer with the schema {SCHEMA}")));
    }
    let ways = [
        (document.refused, Certainty::Refused, Blame::Rejected),
        (document.not_sent, Certainty::NotSent, Blame::Transient),
        (document.unknown, Certainty::Unknown, Blame::Transient),
    ];
    let mut told = ways.into_iter().filter_map(|(words, certainty, blame)| Some((words?, certainty, blame)));
    match (document.ok, told.next(), told.next()) {
        (Some(found), None, None) if document.blame.is_none() => Ok(found),
        (None, Some((words, certainty, usual)), None) => {
            let blame = document.blame.map_or(usual, Blame::from);
            Err(Fault::new(blame, certainty, format!("{verb}: {name}: {}", message.mask.words(words.as_bytes()))))
        }
        _ => Err(broken("did not say one of ok, refused, not_sent and unknown".to_owned())),
    }
}
