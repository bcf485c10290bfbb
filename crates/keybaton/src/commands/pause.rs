//! `pause`: for a while no schedule starts a rotation.

use clap::Args;
use keybaton_core::{civil, policy::Scope};
use keybaton_ports::{Failure, FailureKind, Until};
use keybaton_types::{SecretId, document::Paused, parse_duration};

use super::{Context, Ended, person};
use crate::{exit::Exit, report::Tone, wiring::Reach};

/// Stops the schedules of a key, of an owner or of everything for a while. A rotation that runs goes on.
#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    #[command(flatten)]
    pub(crate) what: What,
    /// When the pause ends: 7d, 2026-12-24 or 2026-12-24T18:00:00Z; at most 90 days from now
    #[arg(long, value_name = "WHEN", value_parser = until)]
    until: Option<Until>,
    /// Why; it is in the audit, and in the alert when the pause is over
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

/// What is paused, or resumed: exactly one of them.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct What {
    /// The secret, as NAME/ENV
    pub(crate) secret: Option<SecretId>,
    /// Every secret that this owner answers for
    #[arg(long, value_name = "TEAM")]
    pub(crate) owner: Option<String>,
    /// Every secret
    #[arg(long)]
    all: bool,
}

impl What {
    /// What it covers.
    pub(crate) fn scope(&self) -> Scope {
        match (&self.secret, &self.owner) {
            (Some(secret), _) => Scope::Secret(secret.clone()),
            (None, Some(owner)) => Scope::Owner(owner.clone()),
            (None, None) => Scope::All,
        }
    }
}

/// The longest reason, in characters.
const LONGEST: usize = 500;

fn until(text: &str) -> Result<Until, String> {
    if let Some(at) = civil::parse(text) {
        return Ok(Until::At(at));
    }
    parse_duration(text).map(Until::After).map_err(|error| format!("{error}; or a date, such as 2026-12-24"))
}

fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() || text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(format!("a reason is one line of 1 to {LONGEST} characters"));
    }
    Ok(text.trim().to_owned())
}

pub(crate) async fn run(context: Context<'_>, args: &PauseArgs) -> Ended {
    let Some(until) = args.until else {
        return Err(Failure::new(FailureKind::Usage, "a pause needs an end")
            .safe("nothing was changed; the schedules go on")
            .hint("say until when: --until 7d, or --until 2026-12-24; at most 90 days"));
    };
    let operations = context.operations(Reach::Ledger).await?;
    let paused = operations.pause(args.what.scope(), until, args.reason.as_deref(), &person()).await?;
    if context.report.json {
        context.report.document(&paused);
    } else {
        print(context, &args.what.scope(), &paused);
    }
    Ok(Exit::Done)
}

fn print(context: Context<'_>, scope: &Scope, paused: &Paused) {
    let report = context.report;
    let count = paused.secrets.len();
    let covers = if count == 1 { "1 secret".to_owned() } else { format!("{count} secrets") };
    report.step(Tone::Good, "paused", &format!("{scope} until {} ({covers})", paused.pause.until));
    for secret in &paused.running {
        report.step(Tone::Busy, "goes on", &format!("the rotation of {secret} runs, and is watched as before"));
    }
    report.hint(&format!("`{}` ends the pause earlier", scope.resume()));
}
