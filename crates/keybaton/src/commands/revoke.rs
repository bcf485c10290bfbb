//! `revoke`: ends the overlap now, whoever still uses the old key.

use clap::Args;
use keybaton_core::rotation::Request;
use keybaton_ports::{Failure, FailureKind, Wanted};
use keybaton_types::SecretId;

use super::{Context, Ended, person};
use crate::{
    follow::{Follow, Goal, Patience},
    report::Input,
    wiring::Reach,
};

/// Ends the overlap now: the old key dies even if somebody still uses it.
#[derive(Debug, Args)]
pub(crate) struct RevokeArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
    /// The version to revoke; never the current one
    #[arg(long)]
    version: u64,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &RevokeArgs) -> Ended {
    let operations = context.operations(Reach::World).await?;
    let operations = operations.as_ref();
    let secret = &args.secret;
    let status = operations.status().await?;
    let row = status.secrets.iter().find(|row| row.secret == secret.name() && row.env == secret.env());
    if row.and_then(|row| row.version) == Some(args.version) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("version {} of {secret} is the current one", args.version),
        )
        .safe("nothing was changed")
        .hint(format!("`keybaton rotate {secret}` replaces it")));
    }
    let cut_off: Vec<String> = row
        .map(|row| row.consumers.stragglers.iter().map(|s| format!("{}/{}", s.consumer, s.instance)).collect())
        .unwrap_or_default();
    if !cut_off.is_empty() {
        context.report.words(&format!("This cuts off {}.", cut_off.join(", ")));
    }
    if !args.yes {
        if context.report.input == Input::None {
            return Err(Failure::new(FailureKind::Usage, "ending an overlap needs a yes")
                .safe("nothing was changed; both keys work")
                .hint("pass --yes"));
        }
        if !context.report.agrees(&format!("End the overlap of {secret} now")) {
            context.report.words("Nothing was changed; both keys work.");
            return Ok(crate::exit::Exit::No);
        }
    }
    let asked = operations.ask(secret, Wanted::Of(Request::Force), &person()).await?;
    let (report, rotation) = (context.report, asked.rotation.as_str());
    Follow { operations, report, secret, rotation, patience: Patience::Endless, goal: Goal::End }.run().await
}
