//! `state`: shows, backs up or restores the state database, and writes the fingerprints of what it holds.

mod backup;
mod fingerprints;
mod restore;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Context, Ended};

/// Shows, backs up or restores the state database.
#[derive(Debug, Args)]
pub(crate) struct StateArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say where it is, how large, what it holds, and who works with it
    Show,
    /// Copy it into one file while engines work; values stay sealed, the master key is not in it
    Backup(TargetArgs),
    /// Write what `scan --known` recognises managed keys by; no value, nor a part of one, is in it
    Fingerprints(TargetArgs),
    /// Put a backup in its place; nothing is swept or revoked until a person has looked
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
struct TargetArgs {
    /// The new file, or - for standard output
    file: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Also over a state that is newer, another one, or unreadable; it is kept beside under another name
    #[arg(long)]
    force: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &StateArgs) -> Ended {
    match &args.verb {
        Verb::Show => show::run(context).await,
        Verb::Backup(args) => backup::run(context, args).await,
        Verb::Fingerprints(args) => fingerprints::run(context, args).await,
        Verb::Restore(args) => restore::run(context, args).await,
    }
}
