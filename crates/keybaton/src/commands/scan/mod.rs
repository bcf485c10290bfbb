//! `scan`: looks for credentials in files, in what is staged, and on stdin.
//!
//! It needs neither a configuration nor a runtime, so that it can stand before every commit.

mod exceptions;
mod gather;
mod source;
mod text;

use std::path::PathBuf;

use clap::Args;
use keybaton_ports::{Failure, FailureKind};
use keybaton_scan::{Baseline, source::Unread};
use keybaton_types::document::Scanned;

use super::{Context, Ended};
use crate::exit::Exit;
use exceptions::Exceptions;
use gather::Found;

const AFTER: &str = "Examples:\n  keybaton scan .\n  keybaton scan --staged\n  \
                     git log -p | keybaton scan --stdin";

/// Looks for credentials.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct ScanArgs {
    /// Files and folders to read; with --staged, a folder of the repository
    #[arg(value_name = "PATH", required_unless_present_any = ["stdin", "staged"])]
    paths: Vec<PathBuf>,
    /// Read the standard input
    #[arg(long, conflicts_with_all = ["paths", "staged"])]
    stdin: bool,
    /// Read the added lines of what is staged for the next commit
    #[arg(long)]
    staged: bool,
    /// Look into base 64 as well
    #[arg(long)]
    decode: bool,
    /// Rules and exceptions of your own, in the form of gitleaks [default: .gitleaks.toml]
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Leave out the findings whose fingerprints are in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write a baseline that has everything that is found
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

/// What a scan saw.
#[derive(Debug, Default)]
struct Seen {
    files: u64,
    bytes: u64,
    found: Vec<Found>,
    unread: Vec<Unread>,
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
    let place = source::place(args)?;
    let exceptions = Exceptions::read(context, args, place.root())?;
    let mut seen = place.scan(args, &exceptions)?;
    seen.found.retain(|found| !exceptions.holds(&found.finding));
    seen.found.sort_by(|one, other| one.key().cmp(&other.key()));
    if let Some(path) = &args.write_baseline {
        write_baseline(path, &seen)?;
    }
    if context.report.json {
        context.report.document(&document(&seen));
    } else {
        text::print(context.report, &seen);
    }
    Ok(conclude(context, args, &seen))
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
    for unread in &seen.unread {
        context.report.words(&format!("not read: {}: {}", text::plain(&unread.path.to_string_lossy()), unread.why));
    }
    if !seen.found.is_empty() && args.write_baseline.is_none() {
        context.report.hint(text::hint(seen));
        return Exit::No;
    }
    let failure = if !seen.unread.is_empty() {
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
