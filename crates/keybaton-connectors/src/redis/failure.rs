//! How a call failed, in the words of [`Fault`]. The only place that reads Redis's errors.

use std::io;

use keybaton_ports::{Blame, Certainty, Fault};

use crate::call::{Call, is_unsafe};

/// How much of an error's text is repeated.
const TEXT: usize = 200;

/// A failure to connect: whatever it is, nothing was sent.
pub(super) fn connecting(call: &Call, error: &io::Error) -> Fault {
    let Call { what, place, .. } = call;
    let (blame, text) = match error.kind() {
        _ if is_unsafe(error) => (Blame::Rejected, format!("{what}: no safe connection to {place}: {error}")),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            (Blame::Rejected, format!("{what}: no safe connection to {place}: {error}"))
        }
        _ => (Blame::Transient, format!("{what}: {place} cannot be reached: {error}")),
    };
    Fault::new(blame, Certainty::NotSent, text)
}

/// A connection that broke, or an answer that makes no sense; `lost` is what that leaves of the effect.
pub(super) fn broken(call: &Call, error: &io::Error, lost: Certainty) -> Fault {
    let Call { what, place, .. } = call;
    match error.kind() {
        io::ErrorKind::InvalidData => {
            Fault::new(Blame::Corrupt, lost, format!("{what}: the answer of {place} makes no sense: {error}"))
        }
        _ => Fault::new(Blame::Transient, lost, format!("{what}: the connection to {place} broke: {error}")),
    }
}

/// A login of ours that was not accepted. An error may repeat the arguments of a command that the server does not know,
/// so nothing of its text leaves here but the code.
pub(super) fn login(call: &Call, error: &str) -> Fault {
    let Call { what, place, .. } = call;
    let (blame, certainty) = match blame(error) {
        Blame::Transient => (Blame::Transient, Certainty::NotSent),
        other => (other, Certainty::Refused),
    };
    Fault::new(blame, certainty, format!("{what}: {place} refused the login: {}", code(error)))
}

/// An error instead of an answer: the command was not carried out.
pub(super) fn refused(call: &Call, error: &str) -> Fault {
    let Call { what, place, .. } = call;
    let text: String = error.chars().filter(|c| !c.is_control()).take(TEXT).collect();
    Fault::new(blame(error), Certainty::Refused, format!("{what}: {place} refused: {text}"))
}

/// An answer of the wrong kind.
pub(super) fn misfit(call: &Call, lost: Certainty) -> Fault {
    let Call { what, place, .. } = call;
    Fault::new(Blame::Corrupt, lost, format!("{what}: the answer of {place} makes no sense"))
}

/// Whether a login was refused because of who logs in: a wrong password, no such user, a user that is off.
pub(super) fn refuses_login(error: &str) -> bool {
    code(error) == "WRONGPASS"
}

/// Whether a command was refused to somebody who is logged in.
pub(super) fn lacks_permission(error: &str) -> bool {
    code(error) == "NOPERM"
}

/// Whose fault an error is, by its code: the first word (Redis, "RESP errors").
fn blame(error: &str) -> Blame {
    match code(error) {
        "WRONGPASS" | "NOAUTH" | "NOPERM" => Blame::OurCredential,
        "LOADING" | "BUSY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" | "OOM" | "MISCONF" => Blame::Transient,
        _ if error.starts_with("ERR max number of clients") => Blame::Transient,
        _ => Blame::Rejected,
    }
}

/// The first word, where it is a code.
fn code(error: &str) -> &str {
    let word = error.split(' ').next().unwrap_or_default();
    let fits = (1..=16).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    if fits { word } else { "ERR" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_repeats_of_a_login_is_not_repeated_again() {
        let call = Call::begin("probe", "cache:6379".to_owned(), std::time::Duration::from_secs(1));
        let echo = "ERR unknown command 'AUTH', with args beginning with: 'app' 'hunter2' ";
        let fault = login(&call, echo);
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused));
        assert!(!fault.what.contains("hunter2"), "{fault}");
    }

    #[test]
    fn a_server_that_cannot_answer_now_says_nothing_about_a_login() {
        for error in ["LOADING Redis is loading the dataset in memory", "BUSY Redis is busy running a script"] {
            assert!(!refuses_login(error) && blame(error) == Blame::Transient, "{error}");
        }
        assert!(refuses_login("WRONGPASS invalid username-password pair or user is disabled."));
    }
}
