//! `resume`: goes on after a hold that waits for a person.

use clap::Args;
use keybaton_core::rotation::Request;
use keybaton_ports::{Operations as _, Wanted};
use keybaton_types::SecretId;

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    follow::{Follow, Goal, Patience},
    wiring::Reach,
};

/// Goes on after a hold that waits for a person, or vouches for a restored state.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
}

pub(crate) async fn run(context: Context<'_>, args: &ResumeArgs) -> Ended {
    let wired = context.wire(Reach::World).await?;
    let local = wired.local();
    let secret = &args.secret;
    let status = local.status().await?;
    let active =
        status.secrets.iter().any(|s| s.secret == secret.name() && s.env == secret.env() && s.rotation.is_some());
    let asked = local.ask(secret, Wanted::Of(Request::Resume), &person()).await?;
    if !active {
        local.tick().await?;
        if context.report.json {
            context.report.document(&asked);
        }
        context.report.words(&format!("{secret} goes on: its current key is trusted again."));
        return Ok(Exit::Done);
    }
    let (report, rotation) = (context.report, asked.rotation.as_str());
    Follow { operations: &local, report, secret, rotation, patience: Patience::Short, goal: Goal::End }.run().await
}
