//! `resume`: ends a pause, or takes note that it is over; goes on after a hold that waits for a person.

use clap::Args;
use keybaton_core::{policy::Scope, rotation::Request};
use keybaton_ports::{Failure, FailureKind, Operations, Wanted};
use keybaton_types::{
    Phase, SecretId,
    document::{Pause, PauseScope, Resumed, Secret},
};

use super::{Context, Ended, pause::What, person};
use crate::{
    exit::Exit,
    follow::{Follow, Goal, Patience},
    report::Tone,
    wiring::Reach,
};

/// Ends a pause, goes on after a hold that waits for a person, or vouches for a restored state.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    what: What,
}

pub(crate) async fn run(context: Context<'_>, args: &ResumeArgs) -> Ended {
    let (operations, scope) = (context.operations(Reach::Ledger).await?, args.what.scope());
    let resumed = operations.resume(&scope, &person()).await?;
    if let Some(resumed) = &resumed {
        say(context, &scope, resumed);
    }
    let Some(secret) = &args.what.secret else { return ended(context, resumed.as_ref(), not_paused(&scope)) };
    let row = row(operations.as_ref(), secret).await?;
    if is_waiting(row.as_ref()) || (resumed.is_none() && row.as_ref().is_none_or(|row| row.paused.is_none())) {
        let operations = context.operations(Reach::World).await?;
        return go_on(context, operations.as_ref(), secret, row.as_ref()).await;
    }
    let otherwise = row.and_then(|row| row.paused).map_or_else(|| not_paused(&scope), |pause| wider(secret, &pause));
    ended(context, resumed.as_ref(), otherwise)
}

/// Goes on with a rotation that is held, or vouches for a restored state.
async fn go_on(context: Context<'_>, operations: &dyn Operations, secret: &SecretId, row: Option<&Secret>) -> Ended {
    let active = row.is_some_and(|row| row.rotation.is_some());
    let asked = operations.ask(secret, Wanted::Of(Request::Resume), &person()).await?;
    if !active {
        operations.tick().await?;
        if context.report.json {
            context.report.document(&asked);
        }
        context.report.words(&format!("{secret} goes on: its current key is trusted again."));
        return Ok(Exit::Done);
    }
    let (report, rotation) = (context.report, asked.rotation.as_str());
    Follow { operations, report, secret, rotation, patience: Patience::Short, goal: Goal::End }.run().await
}

async fn row(operations: &dyn Operations, secret: &SecretId) -> Result<Option<Secret>, Failure> {
    let status = operations.status().await?;
    Ok(status.secrets.into_iter().find(|row| row.secret == secret.name() && row.env == secret.env()))
}

/// Whether a rotation of it is held.
fn is_waiting(row: Option<&Secret>) -> bool {
    row.is_some_and(|row| row.phase == Phase::Held)
}

fn say(context: Context<'_>, scope: &Scope, resumed: &Resumed) {
    let how = if resumed.over { "its pause was over already, and that is noted" } else { "its schedule goes on" };
    let how = if resumed.secrets.len() == 1 { how.to_owned() } else { how.replace("its", "their") };
    context.report.step(Tone::Good, "resumed", &format!("{scope}: {how}"));
}

/// The document of a pause that was ended, or why there was none to end.
fn ended(context: Context<'_>, resumed: Option<&Resumed>, otherwise: Failure) -> Ended {
    let Some(resumed) = resumed else { return Err(otherwise) };
    if context.report.json {
        context.report.document(resumed);
    }
    Ok(Exit::Done)
}

fn not_paused(scope: &Scope) -> Failure {
    Failure::new(FailureKind::No, format!("there is no pause of {scope}"))
        .safe("nothing was changed")
        .hint("`keybaton status` shows what is paused, and by whom")
}

/// A pause that covers more than one secret is not ended for one.
fn wider(secret: &SecretId, pause: &Pause) -> Failure {
    let (what, flag) = match (pause.scope, &pause.name) {
        (PauseScope::Owner, Some(owner)) => (format!("every secret of {owner}"), format!("--owner {owner}")),
        (PauseScope::Secret | PauseScope::Owner | PauseScope::All, _) => {
            ("every secret".to_owned(), "--all".to_owned())
        }
    };
    Failure::new(FailureKind::No, format!("{secret} is paused together with {what}, until {}", pause.until))
        .safe("nothing was changed")
        .hint(format!("`keybaton resume {flag}` ends that pause"))
}
