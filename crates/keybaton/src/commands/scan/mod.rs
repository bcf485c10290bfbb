//! `scan`: looks for credentials in files, in what is staged, and on stdin.
//!
//! It needs neither a configuration nor a runtime, so that it can stand before every commit.

mod exceptions;
mod exposure;
mod format;
mod gather;
mod github;
mod progress;
mod rotate;
mod sarif;
mod shelf;
mod source;
mod text;
mod verify;
mod world;

use std::{io, path::PathBuf, time::Instant};

use clap::Args;
use keybaton_ports::{Failure, FailureKind};
use keybaton_scan::{
    Baseline,
    source::{Cut, Unread},
};
use keybaton_types::document::Scanned;

use super::{Context, Ended};
use crate::{exit::Exit, wiring::load};
use exceptions::Exceptions;
use format::Format;
use gather::Found;

const AFTER: &str = "Examples:\n  keybaton scan .\n  keybaton scan --staged\n  \
                     keybaton scan --history --range origin/main..HEAD\n  \
                     git log -p | keybaton scan --stdin";

/// Looks for credentials.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that stands or does not stand there")]
pub(crate) struct ScanArgs {
    /// Files and folders to read; with --staged or --history, a folder of the repository
    #[arg(value_name = "PATH", required_unless_present_any = ["stdin", "staged", "history"])]
    paths: Vec<PathBuf>,
    /// Read the standard input
    #[arg(long, conflicts_with_all = ["paths", "staged", "history"])]
    stdin: bool,
    /// Read the added lines of what is staged for the next commit
    #[arg(long)]
    staged: bool,
    /// Read everything that any commit has, each file once in each of its forms
    #[arg(long, conflicts_with = "staged")]
    history: bool,
    /// Only what these commits bring: A..B, or "B --not --remotes"
    #[arg(long, value_name = "RANGE", requires = "history")]
    range: Option<String>,
    /// Read everything again, also what an earlier scan of the history has read, and remember nothing
    #[arg(long, requires = "history")]
    no_cache: bool,
    /// Look into base 64 as well
    #[arg(long)]
    decode: bool,
    /// Find what is weak as well: passwords that are words, short or defaults, and short keys in tests and documents
    #[arg(long)]
    weak: bool,
    /// Rules and exceptions of your own, in the form of gitleaks [default: .gitleaks.toml]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// How findings are printed: text, json, sarif or github
    #[arg(long, value_enum, default_value_t, value_name = "FORM", conflicts_with = "json")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    format: Format,
    /// Leave out the findings whose fingerprints are in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a baseline that has everything that is found
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    #[command(flatten)]
    managed: ManagedArgs,
    /// Commits to look at instead, as `git log` names them
    #[arg(skip)]
    commits: Vec<String>,
}

/// What is done about managed keys.
#[derive(Debug, Args)]
struct ManagedArgs {
    /// Recognise the managed keys of this file, which `keybaton state fingerprints` writes [default: the state at hand]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Rotate every managed key that is found and still works, as an emergency
    #[arg(long, conflicts_with = "write_baseline")]
    rotate: bool,
    /// Ask whether what no ledger knows still works: at the endpoints in this file, and nowhere else
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    verify: Option<PathBuf>,
}

impl ScanArgs {
    /// What stands before a commit: what is staged here.
    pub(crate) fn staged(known: Option<PathBuf>) -> Self {
        Self {
            paths: Vec::new(),
            stdin: false,
            staged: true,
            history: false,
            range: None,
            no_cache: false,
            decode: false,
            weak: false,
            rules: None,
            format: Format::Text,
            baseline: None,
            write_baseline: None,
            managed: ManagedArgs { known, rotate: false, verify: None },
            commits: Vec::new(),
        }
    }

    /// What stands before a push: these commits.
    pub(crate) fn pushed(known: Option<PathBuf>, commits: Vec<String>) -> Self {
        Self { commits, ..Self::staged(known) }
    }
}

/// What a scan saw.
#[derive(Default)]
struct Seen {
    files: u64,
    bytes: u64,
    found: Vec<Found>,
    unread: Vec<Unread>,
    /// What is missing on purpose, so that the answer is not known.
    missing: Vec<String>,
    /// What is no text and was read up to its bound.
    cut: Cut,
    /// How many objects earlier scans have read.
    known: u64,
    /// Why the next scan will read everything again, if it will.
    forgotten: Option<io::Error>,
    /// How many blobs that no commit has could hold a credential.
    unreachable: u64,
    /// What is said when nothing was read: an empty folder is no clean one, while nothing staged is nothing to look at.
    empty: Empty,
}

/// What it means that nothing was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Empty {
    /// There was nothing to look at, as git says.
    #[default]
    Fine,
    /// Something was expected there.
    Suspicious,
}

/// Scans and tells.
pub(crate) fn run(context: Context<'_>, args: &ScanArgs) -> Ended {
    let begun = Instant::now();
    if args.managed.rotate {
        // without a configuration nothing can be rotated: that is said before anything is found
        load(context.global, context.report)?;
    }
    let place = source::place(args)?;
    let exceptions = Exceptions::read(context, args, place.root())?;
    let mut seen = place.scan(args, &exceptions)?;
    seen.found.retain(|found| !exceptions.holds(&found.finding));
    seen.found.sort_by(|one, other| one.key().cmp(&other.key()));
    if let Some(endpoints) = &exceptions.endpoints {
        endpoints.ask(context.report, &mut seen)?;
    }
    if let Some(path) = &args.write_baseline {
        write_baseline(path, &seen)?;
    }
    let format = if context.report.json { Format::Json } else { args.format };
    format.print(context.report, &seen);
    let exit = conclude(context, args, &seen);
    if args.managed.rotate { rotate::run(context, &seen, begun, exit) } else { Ok(exit) }
}

fn document(seen: &Seen) -> Scanned {
    Scanned {
        schema: Scanned::SCHEMA.to_owned(),
        files_read: seen.files,
        bytes_read: seen.bytes,
        findings: seen.found.iter().map(|found| found.finding.clone()).collect(),
    }
}

/// Says what was read, what was not, and what the answer is.
fn conclude(context: Context<'_>, args: &ScanArgs, seen: &Seen) -> Exit {
    context.report.words(&text::summary(seen));
    if let Some(cut) = text::cut(&seen.cut) {
        context.report.words(&cut);
    }
    if let Some(error) = &seen.forgotten {
        context.report.words(&format!("warning: the next scan will read everything again: {error}"));
    }
    for unread in &seen.unread {
        context.report.words(&format!("not read: {}: {}", text::plain(&unread.path.to_string_lossy()), unread.why));
    }
    for missing in &seen.missing {
        context.report.words(&format!("not read: {missing}"));
    }
    if seen.unreachable > 0 {
        context.report.words(&format!(
            "{} objects that no commit has could hold a credential; `git gc --prune=now` removes them",
            seen.unreachable
        ));
    }
    if !seen.found.is_empty() && args.write_baseline.is_none() {
        context.report.hint(&text::hint(seen));
        return Exit::No;
    }
    let failure = if !seen.unread.is_empty() || !seen.missing.is_empty() {
        Failure::new(FailureKind::Unknown, "it is not known whether there is a credential: not everything was read")
            .hint("make readable what is named above, and scan again")
    } else if seen.files == 0 && seen.empty == Empty::Suspicious {
        Failure::new(FailureKind::Unknown, "nothing was read, so nothing is known")
            .hint("name a folder that has files which git does not ignore")
    } else {
        return Exit::Done;
    };
    context.report.failure(&failure.safe("nothing was changed"));
    Exit::Unknown
}

fn write_baseline(path: &PathBuf, seen: &Seen) -> Result<(), Failure> {
    let text = Baseline::write(seen.found.iter().map(|found| &found.finding));
    std::fs::write(path, text).map_err(|error| {
        Failure::new(FailureKind::Unknown, format!("the baseline {} was not written", path.display()))
            .because(&error)
            .safe("nothing was changed")
            .hint("name a file in a folder that you may write to")
    })
}
