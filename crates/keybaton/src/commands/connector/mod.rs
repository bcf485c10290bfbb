//! `connector`: what there is, what one takes, whether a configured one works, and how to begin with a new one.

mod list;
mod new;
mod preset;
mod program;
mod show;
mod test;

use clap::{Args, Subcommand};

use super::{Context, Ended};

/// Lists, shows or tests connectors, or begins with a new one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keybaton connector list\n  keybaton connector show http\n  \
                        keybaton connector test payments/prod\n  keybaton connector new acme --base https://api.acme.example")]
pub(crate) struct ConnectorArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List every kind of connector and every preset
    List,
    /// Show the settings of a connector or a preset
    Show(show::ShowArgs),
    /// Try a configured connector without changing anything
    Test(test::TestArgs),
    /// Print an [issuer.NAME] for an HTTP API, or begin with a program of your own
    New(new::NewArgs),
}

pub(crate) async fn run(context: Context<'_>, args: &ConnectorArgs) -> Ended {
    match &args.verb {
        Verb::List => Ok(list::run(context)),
        Verb::Show(args) => show::run(context, args),
        Verb::Test(args) => test::run(context, args).await,
        Verb::New(args) => new::run(context, args),
    }
}
