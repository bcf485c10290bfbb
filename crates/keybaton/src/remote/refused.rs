//! What went wrong between a command and a server, in the layout of every other error. What a server says of itself is
//! passed on; what it sends beside that is not repeated.

use std::{error::Error, time::Duration};

use keybaton_client::Address;
use keybaton_core::rotation::span;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::wire::Problem;
use reqwest::StatusCode;

/// The most characters of a server's sentence that are shown.
const LONGEST: usize = 1000;

/// Whether a call that got no answer may have changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It only read.
    None,
    /// It may have.
    Possible,
}

/// No client could be made: a file of roots that holds none.
pub(super) fn unprepared(error: &reqwest::Error) -> Failure {
    Failure::new(FailureKind::Usage, "the server cannot be called")
        .because(error)
        .safe("nothing was asked of the server")
        .hint("--ca-file names a file of certificates in PEM")
}

/// A call that got no whole answer.
pub(super) fn broken(address: &Address, error: &reqwest::Error, effect: Effect) -> Failure {
    if error.is_connect() || error.is_builder() {
        let failure = Failure::new(FailureKind::Unknown, format!("the server {address} cannot be reached"));
        return caused(failure, error)
            .safe("nothing was asked of it; every key that worked still works")
            .hint("check the address, and that `keybaton serve` runs there; a private certificate needs --ca-file");
    }
    let what = format!("the connection to the server {address} was lost before the whole answer came");
    caused(uncertain(what, effect), error)
}

/// A server that took too long.
pub(super) fn silent(address: &Address, timeout: Duration, effect: Effect) -> Failure {
    let span = span::brief(timeout);
    uncertain(format!("the server {address} gave no whole answer within {span}"), effect)
}

/// An answer that does not end.
pub(super) fn endless(address: &Address, largest: usize) -> Failure {
    let what = format!("the answer of the server {address} has more than {} MiB", largest / 1024 / 1024);
    strange(Failure::new(FailureKind::Unknown, what))
}

/// An answer that is no document of keybaton.
pub(super) fn garbled(cause: Option<&dyn Error>) -> Failure {
    let failure = Failure::new(FailureKind::Unknown, "what the server answered is no document of keybaton");
    strange(match cause {
        Some(cause) => failure.because(cause),
        None => failure,
    })
}

/// A document of another version.
pub(super) fn skewed(ours: &str, theirs: &str) -> Failure {
    let theirs: String = theirs.chars().filter(|c| !c.is_control()).take(60).collect();
    Failure::new(FailureKind::Unknown, format!("the server answered with {theirs}, and this keybaton reads {ours}"))
        .safe("nothing was changed here; what runs at the server goes on")
        .hint("use the keybaton of the server's version: `keybaton --version` on both sides")
}

/// An answer that is no success.
pub(super) fn status(status: StatusCode, body: &[u8], address: &Address) -> Failure {
    let problem: Option<Problem> = serde_json::from_slice(body).ok();
    let Some(problem) = problem else { return unexplained(status, address) };
    let skew = matches!(problem.kind.as_str(), "unknown-route" | "wrong-method");
    let failure = Failure {
        kind: FailureKind::of_word(&problem.kind).unwrap_or(FailureKind::Unknown),
        what: shown(&problem.title),
        causes: problem.causes.iter().take(20).map(|cause| shown(cause)).collect(),
        safe: problem.safe.as_deref().map(shown),
        hint: problem.hint.as_deref().map(shown),
    };
    if skew {
        return Failure { what: "the server cannot do this".to_owned(), causes: vec![failure.what], ..failure }
            .safe("nothing was changed")
            .hint("it may be older than this keybaton: `keybaton --version` on both sides; or the address has a wrong path");
    }
    completed(failure, status)
}

/// What a failure of a command always says, where the server left it out.
fn completed(failure: Failure, status: StatusCode) -> Failure {
    let Failure { kind, what, causes, safe, hint } = failure;
    let known = FailureKind::No == kind || FailureKind::Held == kind;
    let usual = match status.as_u16() {
        401 => Some(
            "KEYBATON_TOKEN or --token-file gives the token; `keybaton token list` where the server runs shows which are good",
        ),
        403 => {
            Some("`keybaton token create --operator NAME --secret NAME/ENV` where the server runs makes a token for it")
        }
        429 => Some("wait a moment, then run the command again"),
        _ if known => None,
        _ => Some("`keybaton status` shows how everything stands"),
    };
    // A hint that tells how to send a token speaks to whoever writes requests.
    let hint = if status == StatusCode::UNAUTHORIZED { None } else { hint };
    Failure {
        kind,
        what,
        causes,
        safe: safe.or_else(|| (!known).then(|| "nothing was changed".to_owned())),
        hint: hint.or_else(|| usual.map(str::to_owned)),
    }
}

/// An answer without a word of keybaton: something else listens there, or stands in between.
fn unexplained(status: StatusCode, address: &Address) -> Failure {
    strange(Failure::new(FailureKind::Unknown, format!("{address} answered with {status}, and not as keybaton does")))
}

fn strange(failure: Failure) -> Failure {
    failure
        .safe("what runs at the server goes on; every key that worked still works")
        .hint("check that the address is the one of `keybaton serve`, and not of a proxy or of another service")
}

/// What is known when no answer came.
fn uncertain(what: String, effect: Effect) -> Failure {
    let failure = Failure::new(FailureKind::Unknown, what);
    match effect {
        Effect::None => failure
            .safe("nothing was changed; what runs at the server goes on")
            .hint("run the command again; what it asks for changes nothing"),
        Effect::Possible => failure
            .safe("the server may have taken the request; it carries it out by the same rules as ever")
            .hint("`keybaton status` shows whether it was taken; asking again for a rotation attaches to the one that runs"),
    }
}

/// With the causes of the transport, which hold no header and no body.
fn caused(mut failure: Failure, error: &reqwest::Error) -> Failure {
    let chain = std::iter::successors(error.source(), |&cause| cause.source());
    failure.causes.extend(chain.last().map(ToString::to_string));
    failure
}

/// A server's sentence as it is printed: bounded, and without what would steer a terminal.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect()
}
