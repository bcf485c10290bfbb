//! Skips: each is a line in a file of the repository, so that nobody is left to wonder what was not looked at.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use keybaton_ports::{Failure, FailureKind};
use serde::Serialize;

use super::{Event, target::git};

/// The variable that skips once.
const VARIABLE: &str = "KEYBATON_SKIP";

/// The most of the file that is read: its end.
const TAIL: u64 = 64 * 1024;

/// A commit or push that nobody looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Skip {
    /// When, as the machine's clock said.
    pub(super) at: String,
    /// Before what.
    pub(super) hook: String,
    /// The commit that was there before.
    pub(super) commit: String,
    /// Who, as git knows them.
    pub(super) who: String,
}

/// Whether this one is to be skipped.
pub(super) fn is_asked() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "1")
}

/// Writes down that it is skipped; what cannot be written down is not skipped. The hook's own block does the same.
pub(super) fn record(event: Event) -> Result<(), Failure> {
    let here = Path::new(".");
    let ask = |words: &[&str]| git(here, words).map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let common = ask(&["rev-parse", "--git-common-dir"])?;
    let (commit, who) = (ask(&["rev-parse", "-q", "--verify", "--short", "HEAD"])?, ask(&["config", "user.email"])?);
    let at = now();
    let word = |word: String| if word.is_empty() { "none".to_owned() } else { word.replace(['\t', '\n'], " ") };
    let line = format!("{at}\t{}\t{}\t{}\n", event.name(), word(commit), word(who));
    let written = OpenOptions::new().append(true).create(true).open(file(Path::new(&common)));
    written.and_then(|mut file| file.write_all(line.as_bytes())).map_err(|error| {
        Failure::new(
            FailureKind::Unknown,
            format!("the skip could not be recorded, so the {} is blocked", event.deed()),
        )
        .because(&error)
        .safe("nothing was changed")
        .hint("check the folder .git and its owner")
    })
}

/// The skips of a repository, the newest last, as far as the end of the file tells.
pub(super) fn read(common: &Path) -> Vec<Skip> {
    let Ok(mut file) = File::open(file(common)) else { return Vec::new() };
    let length = file.metadata().map_or(0, |facts| facts.len());
    let mut bytes = Vec::new();
    // what cannot be read is not told
    let _ = file.seek(SeekFrom::Start(length.saturating_sub(TAIL)));
    let _ = file.take(TAIL).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Skip> {
    let clean = |word: &str| word.chars().filter(|character| !character.is_control()).collect::<String>();
    let mut words = line.split('\t').map(clean);
    Some(Skip { at: words.next()?, hook: words.next()?, commit: words.next()?, who: words.next()? })
}

fn file(common: &Path) -> PathBuf {
    common.join("keybaton-skipped")
}

#[expect(clippy::disallowed_methods, reason = "a commit is made where there may be no store to ask for the time")]
fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let micros = i64::try_from(since.as_micros()).unwrap_or(i64::MAX);
    keybaton_core::civil::rfc3339(keybaton_types::Timestamp(micros / 1_000_000 * 1_000_000))
}
