//! `rotate`: starts a rotation, or attaches to the active one, and follows it.

use std::time::Duration;

use clap::{Args, ValueEnum};
use keybaton_core::{plan::Verdict, rotation::Cause};
use keybaton_ports::{Failure, FailureKind, Operations, Wanted};
use keybaton_types::{SecretId, parse_duration};

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    follow::{Follow, Goal, Patience},
    remote::Remote,
    report::Input,
    telling::Telling,
    wiring::Reach,
};

/// How long alerts may keep a command that has ended.
const FAREWELL: Duration = Duration::from_secs(3);

/// Rotates a key now and follows it. Nothing is revoked before every consumer has moved.
#[derive(Debug, Args)]
pub(crate) struct RotateArgs {
    /// The secret, as NAME/ENV
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    secret: Option<SecretId>,
    /// Rotate every secret, one after the other
    #[arg(long)]
    all: bool,
    /// Follow until it ends or is held; with a duration no longer than that
    #[arg(long, value_name = "DUR", num_args = 0..=1, require_equals = true, value_parser = duration)]
    #[expect(clippy::option_option, reason = "absent, without a limit, with one: how clap reads an optional value")]
    wait: Option<Option<Duration>>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// Why: a leaked key is revoked soon, even from consumers that still use it
    #[arg(long, value_enum)]
    reason: Option<Reason>,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|error| error.to_string())
}

/// Why a key is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Reason {
    /// The current key has leaked.
    Leaked,
}

pub(crate) async fn run(context: Context<'_>, args: &RotateArgs) -> Ended {
    if let Some(remote) = Remote::chosen(context.global)? {
        return asked(context, args, &remote).await;
    }
    let wired = context.wire(Reach::World).await?;
    let telling = Telling::beside(&wired, context.report).await?;
    let ended = asked(context, args, &wired.local()).await;
    telling.end(FAREWELL).await;
    ended
}

async fn asked(context: Context<'_>, args: &RotateArgs, operations: &dyn Operations) -> Ended {
    match &args.secret {
        Some(secret) => one(context, args, operations, secret).await,
        None => all(context, args, operations).await,
    }
}

/// Every secret in turn; the worst exit code counts.
async fn all(context: Context<'_>, args: &RotateArgs, operations: &dyn Operations) -> Ended {
    let mut worst = Exit::Done;
    for secret in names(operations).await? {
        let exit = match one(context, args, operations, &secret).await {
            Ok(exit) => exit,
            Err(failure) => {
                context.report.failure(&failure);
                failure.kind.into()
            }
        };
        if exit == Exit::Interrupted {
            return Ok(exit);
        }
        if exit != Exit::Done {
            worst = exit;
        }
    }
    Ok(worst)
}

/// The secrets of the configuration, by name.
async fn names(operations: &dyn Operations) -> Result<Vec<SecretId>, Failure> {
    let rows = operations.status().await?.secrets;
    let names: Result<Vec<SecretId>, _> = rows.iter().map(|row| SecretId::new(&row.secret, &row.env)).collect();
    let mut names = names.map_err(|error| {
        Failure::new(FailureKind::Unknown, "a secret has a name that is none")
            .because(&error)
            .safe("nothing was started")
    })?;
    names.sort();
    Ok(names)
}

async fn one(context: Context<'_>, args: &RotateArgs, operations: &dyn Operations, secret: &SecretId) -> Ended {
    if !args.yes && context.report.input == Input::Terminal && !agrees(context, args, operations, secret).await? {
        context.report.words("Nothing was started.");
        return Ok(Exit::No);
    }
    let cause = args.reason.map_or(Cause::Asked, |Reason::Leaked| Cause::Leaked);
    let asked = operations.ask(secret, Wanted::Rotate(cause), &person()).await?;
    if let (Some(driver), None) = (&asked.driver, &args.wait) {
        if context.report.json {
            context.report.document(&asked);
        }
        context.report.words(&format!("Rotation {} was asked for; {driver} drives it.", asked.rotation));
        context.report.hint(&format!("follow it with `keybaton rotate {secret} --wait`"));
        return Ok(Exit::Done);
    }
    let patience = match args.wait {
        None => Patience::Short,
        Some(None) => Patience::Endless,
        Some(Some(limit)) => Patience::Limited(limit),
    };
    let (report, rotation) = (context.report, asked.rotation.as_str());
    Follow { operations, report, secret, rotation, patience, goal: Goal::End }.run().await
}

/// Shows in a sentence what will happen, and asks.
async fn agrees(
    context: Context<'_>,
    args: &RotateArgs,
    operations: &dyn Operations,
    secret: &SecretId,
) -> Result<bool, Failure> {
    let plan = operations.plan(secret).await?;
    if let Verdict::Refused(reason) = plan.verdict {
        return Err(Failure::new(FailureKind::Usage, format!("{secret} would not be rotated: {reason}"))
            .safe("nothing was changed")
            .hint(format!("`keybaton plan {secret}` says more")));
    }
    for risk in &plan.risks {
        context.report.words(&format!("  ▲ {}: {}", risk.what, risk.so));
    }
    context.report.words(&format!("No way back: {}.", plan.point_of_no_return));
    let why = if args.reason.is_some() { " as an emergency" } else { "" };
    Ok(context.report.agrees(&format!("Rotate {secret}{why}")))
}
