//! `rollback`: makes the previous key current again.

use clap::Args;
use keybaton_core::rotation::Request;
use keybaton_ports::Wanted;
use keybaton_types::SecretId;

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    follow::{Follow, Goal, Patience},
    wiring::Reach,
};

/// Makes the previous key current again, and destroys the new one when nobody uses it any more.
#[derive(Debug, Args)]
pub(crate) struct RollbackArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
    /// Follow until the new key is destroyed too
    #[arg(long)]
    wait: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &RollbackArgs) -> Ended {
    let operations = context.operations(Reach::World).await?;
    let operations = operations.as_ref();
    let asked = operations.ask(&args.secret, Wanted::Of(Request::Rollback), &person()).await?;
    let goal = if args.wait { Goal::End } else { Goal::ServedAgain };
    let (report, secret, rotation) = (context.report, &args.secret, asked.rotation.as_str());
    let follow = Follow { operations, report, secret, rotation, patience: Patience::Endless, goal };
    // A rollback that succeeds is what was asked for.
    Ok(match follow.run().await? {
        Exit::RolledBack => Exit::Done,
        other => other,
    })
}
