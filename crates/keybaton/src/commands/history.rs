//! `history`: how rotations went, with the time that each phase took.

use std::time::Duration;

use clap::Args;
use keybaton_core::rotation::span;
use keybaton_types::{
    Outcome, SecretId,
    document::{History, PastCause, PastRotation},
};

use super::{Context, Ended};
use crate::{exit::Exit, report, wiring::Reach};

/// Shows how rotations went, the newest first, with the time that each phase took.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The secret, as NAME/ENV; every one without it
    secret: Option<SecretId>,
    /// How many rotations
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
}

pub(crate) async fn run(context: Context<'_>, args: &HistoryArgs) -> Ended {
    let operations = context.operations(Reach::Ledger).await?;
    let history = operations.history(args.secret.as_ref(), usize::from(args.limit)).await?;
    if context.report.json {
        context.report.document(&history);
    } else {
        print(context, args, &history);
    }
    Ok(Exit::Done)
}

fn print(context: Context<'_>, args: &HistoryArgs, history: &History) {
    if history.unread_rows > 0 {
        let rows = history.unread_rows;
        context
            .report
            .words(&format!("warning: {rows} rows of the audit were written by a newer keybaton and left out"));
    }
    if history.rotations.is_empty() {
        context.report.words("No rotation has run yet.");
        let name = args.secret.as_ref().map_or_else(|| "NAME/ENV".to_owned(), ToString::to_string);
        context.report.hint(&format!("`keybaton plan {name}` shows what one would do"));
        return;
    }
    let blocks: Vec<String> = history.rotations.iter().map(|rotation| block(rotation).join("\n")).collect();
    context.report.data(&blocks.join("\n\n"));
}

/// A rotation in a few lines, none of them wider than the terminal.
fn block(past: &PastRotation) -> Vec<String> {
    let width = report::width().unwrap_or(80).clamp(40, 100);
    let mut lines = Vec::new();
    let mut add = |text: String| lines.extend(report::hanging(&text, width));
    add(head(past));
    add(format!("  {}, {}", past.started, taken(past)));
    add(format!("  {}", reason(past)));
    let phases: Vec<String> =
        past.phases.iter().map(|phase| format!("{} {}", phase.phase, brief(phase.seconds))).collect();
    if !phases.is_empty() {
        add(format!("  {}", phases.join(", ")));
    }
    if !past.holds.is_empty() {
        add(format!("  held {}: {}", brief(past.held_seconds), past.holds.join("; ")));
    }
    if !past.cut_off.is_empty() {
        add(format!("  cut off: {}", past.cut_off.join(", ")));
    }
    lines
}

/// Glyph and word together, as in `status`.
fn head(past: &PastRotation) -> String {
    let outcome = match past.outcome {
        Some(Outcome::Done) => "✓ done",
        Some(Outcome::RolledBack) => "↺ rolled back",
        None => "● going on",
    };
    let version = |no: Option<u64>| no.map_or_else(|| "none".to_owned(), |no| no.to_string());
    let grade = past.grade.map(|grade| format!(", the revoke is {grade}")).unwrap_or_default();
    let number = past.rotation.rsplit('.').next().unwrap_or_default();
    let versions = match (past.outcome, past.to) {
        (None, None) => format!("from version {}", version(past.from)),
        (Some(_) | None, to) => format!("version {} to {}", version(past.from), version(to)),
    };
    format!("{}/{} #{number} {outcome}, {versions}{grade}", past.secret, past.env)
}

fn taken(past: &PastRotation) -> String {
    let span = brief(past.seconds);
    if past.ended.is_some() { format!("took {span}") } else { format!("runs for {span}") }
}

fn reason(past: &PastRotation) -> String {
    let by = past.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    match past.cause {
        PastCause::Schedule => "started by the schedule".to_owned(),
        PastCause::Asked => format!("asked for{by}"),
        PastCause::Leaked => format!("an emergency: the key had leaked, asked for{by}"),
    }
}

fn brief(seconds: u64) -> String {
    span::brief(Duration::from_secs(seconds))
}
