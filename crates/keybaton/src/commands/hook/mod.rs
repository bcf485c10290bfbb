//! `hook`: installs, checks or removes the hook that stands before every commit and push, and is what it runs.

mod block;
mod canary;
mod install;
mod push;
mod run;
mod skip;
mod status;
mod target;
mod uninstall;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Context, Ended};

const AFTER: &str = "Examples:\n  keybaton hook install\n  keybaton hook status\n  \
                     KEYBATON_SKIP=1 git commit     skips once, and is recorded";

/// Installs, checks or removes the hook of git.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct HookArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Put the hook before every commit and push of a repository; hooks that are there stay
    Install(InstallArgs),
    /// Say whether the hook runs, and when it was skipped
    Status(PlaceArgs),
    /// Take the hook out; hooks of others stay
    Uninstall(PlaceArgs),
    /// What the hook runs: look at what is about to be committed or pushed
    Run(RunArgs),
}

#[derive(Debug, Args)]
struct PlaceArgs {
    /// A folder of the repository
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
}

#[derive(Debug, Args)]
struct InstallArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Recognise the managed keys of this file, which `keybaton state fingerprints` writes
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Also into a folder of hooks that other repositories use too
    #[arg(long)]
    shared: bool,
}

#[derive(Debug, Args)]
struct RunArgs {
    /// Which hook it is
    #[arg(value_enum)]
    event: Event,
    /// Recognise the managed keys of this file
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// What git tells the hook; a remote and its address
    #[arg(value_name = "WORD", hide = true)]
    rest: Vec<String>,
}

/// What the hook stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Event {
    /// A commit.
    PreCommit,
    /// A push.
    PrePush,
}

impl Event {
    const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    /// The name of the hook, as git calls it.
    fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }

    /// What does not happen when it is blocked.
    fn deed(self) -> &'static str {
        match self {
            Self::PreCommit => "commit",
            Self::PrePush => "push",
        }
    }
}

/// Does it; nothing of it needs a runtime or a configuration.
pub(crate) fn run(context: Context<'_>, args: &HookArgs) -> Ended {
    match &args.verb {
        Verb::Install(args) => install::run(context, args),
        Verb::Status(args) => status::run(context, args),
        Verb::Uninstall(args) => uninstall::run(context, args),
        Verb::Run(args) => run::run(context, args),
    }
}
