//! What was typed wrongly, in the layout of every other error: what, why, what is safe, one hint.
//!
//! A word that may be a secret is not repeated: what is said here ends in logs of machines.

use std::ffi::OsString;

use clap::{
    Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use keybaton_ports::{Failure, FailureKind};

use super::Cli;

/// The most characters of a typed value that are shown again.
const SHORT: usize = 40;

/// A failure for what clap refused, given all that was typed; none for help and version, which are no mistakes.
pub(crate) fn failure(error: &Error, typed: &[OsString]) -> Option<Failure> {
    let root = Cli::arranged();
    let (path, command) = meant(&root, typed);
    let (what, why) = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::InvalidSubcommand => {
            let typed = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            (format!("{} is no command of {path}", shown(&typed)), None)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            (format!("`{path}` needs to know what to do"), verbs(command))
        }
        ErrorKind::UnknownArgument => unknown(error, &path),
        ErrorKind::MissingRequiredArgument => {
            let names = names(error, ContextKind::InvalidArg);
            let are = if names.contains(" and ") { "are" } else { "is" };
            (format!("{names} {are} missing"), None)
        }
        ErrorKind::ArgumentConflict => conflict(error),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => value(error),
        ErrorKind::NoEquals => (format!("{} takes its value after `=`", names(error, ContextKind::InvalidArg)), None),
        ErrorKind::InvalidUtf8 => ("a word that was typed is no text".to_owned(), None),
        _ => ("this cannot be understood".to_owned(), None),
    };
    let failure = Failure::new(FailureKind::Usage, what).safe("nothing was done").hint(hint(error, &path));
    Some(match why {
        Some(why) => Failure { causes: vec![why], ..failure },
        None => failure,
    })
}

/// The command that was meant, as far as its words exist, and how it is called.
fn meant<'a>(root: &'a Command, typed: &[OsString]) -> (String, &'a Command) {
    let (mut path, mut command) = (root.get_name().to_owned(), root);
    for word in typed.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--") {
        if let Some(below) = command.find_subcommand(word) {
            path = format!("{path} {}", below.get_name());
            command = below;
        }
    }
    (path, command)
}

/// A flag is shown; a bare word may be a secret in the wrong place.
fn unknown(error: &Error, path: &str) -> (String, Option<String>) {
    let word = text(error, ContextKind::InvalidArg).unwrap_or_default();
    if word.starts_with('-') {
        let flag = word.split('=').next().unwrap_or_default();
        return (format!("`{path}` has no flag {}", shown(flag)), None);
    }
    let why = "what was typed is not repeated here: it could be a secret, and those never go into arguments";
    ("there is one word too many".to_owned(), Some(why.to_owned()))
}

fn conflict(error: &Error) -> (String, Option<String>) {
    let (one, other) = (names(error, ContextKind::InvalidArg), names(error, ContextKind::PriorArg));
    if other.is_empty() || one == other {
        return (format!("{one} stands there twice"), None);
    }
    (format!("{one} and {other} do not go together"), None)
}

fn value(error: &Error) -> (String, Option<String>) {
    // What may be left out stands in brackets elsewhere; here it was given.
    let argument = names(error, ContextKind::InvalidArg);
    let optional = argument.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let argument = optional.map_or_else(|| argument.clone(), |name| format!("<{name}>"));
    let typed = text(error, ContextKind::InvalidValue).unwrap_or_default();
    let what = if typed.is_empty() {
        format!("{argument} needs a value")
    } else {
        format!("{} does not fit {argument}", shown(&typed))
    };
    let why = std::error::Error::source(error).map(ToString::to_string);
    let why = why.filter(|why| is_plain(&typed) || !why.contains(&typed));
    let words = words(error, ContextKind::ValidValue);
    (what, why.or_else(|| (!words.is_empty()).then(|| format!("it is one of {}", words.join(", ")))))
}

fn verbs(command: &Command) -> Option<String> {
    let shown = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    let names: Vec<&str> = shown.map(Command::get_name).collect();
    (!names.is_empty()).then(|| format!("it is one of {}", names.join(", ")))
}

/// The closest word that exists, and where to read on.
fn hint(error: &Error, path: &str) -> String {
    let close = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg];
    // Of several words the last one is the closest.
    let close = close.into_iter().find_map(|kind| words(error, kind).pop());
    match close.or_else(|| slip(error)) {
        Some(word) => format!("did you mean `{word}`? `{path} --help` shows what there is"),
        None => format!("`{path} --help` shows what there is"),
    }
}

/// The value that was meant: a slip away, as what looks alike may be another thing, such as a shell of its own.
fn slip(error: &Error) -> Option<String> {
    let typed = text(error, ContextKind::InvalidValue)?.to_lowercase();
    let is_slip = |word: &String| strsim::damerau_levenshtein(&typed, word) == 1;
    words(error, ContextKind::ValidValue).into_iter().find(is_slip)
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        _ => None,
    }
}

fn words(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        _ => Vec::new(),
    }
}

/// The arguments of an error, as they stand in the usage.
fn names(error: &Error, kind: ContextKind) -> String {
    words(error, kind).join(" and ")
}

/// A typed word as it may be shown.
fn shown(word: &str) -> String {
    if is_plain(word) { format!("`{word}`") } else { "what was typed".to_owned() }
}

/// A short word of plain letters; anything else could be a secret.
fn is_plain(word: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/. ".contains(c);
    let digits = word.chars().filter(char::is_ascii_digit).count();
    word.len() <= SHORT && word.chars().all(plain) && digits <= 8
}
