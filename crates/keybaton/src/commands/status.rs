//! `status`: every key, the oldest first. It ends with where to start.

use std::time::Duration;

use clap::Args;
use keybaton_core::rotation::span;
use keybaton_ports::Operations as _;
use keybaton_types::{
    Phase,
    document::{Secret, Status},
};

use super::{Context, Ended};
use crate::{exit::Exit, report::table, wiring::Reach};

/// Lists keys, oldest first.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Exit with 1 when a key is overdue, held or alerted
    #[arg(long)]
    check: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &StatusArgs) -> Ended {
    let wired = context.wire(Reach::Ledger).await?;
    let status = wired.local().status().await?;
    if context.report.json {
        context.report.document(&status);
    } else {
        print(context, &status);
    }
    let trouble = status.secrets.iter().any(|s| s.overdue || s.phase == Phase::Held || !s.alerts.is_empty());
    Ok(if args.check && trouble { Exit::No } else { Exit::Done })
}

fn print(context: Context<'_>, status: &Status) {
    if status.secrets.is_empty() {
        context.report.words("The configuration names no secret yet.");
        context
            .report
            .hint("describe your first key in keybaton.toml: the one that was not changed for the longest time");
        return;
    }
    let head = ["KEY", "ENV", "AGE", "POLICY", "VALID", "NEXT ROTATION", "CONSUMERS", "STATE"];
    let rows: Vec<Vec<String>> = status.secrets.iter().map(row).collect();
    context.report.data(&table(&head, &rows));
    for secret in &status.secrets {
        for alert in &secret.alerts {
            context.report.words(&format!("alert: {}/{}: {alert}", secret.secret, secret.env));
        }
    }
    hint(context, status);
}

fn row(secret: &Secret) -> Vec<String> {
    let age = |seconds: u64| span::brief(Duration::from_secs(seconds));
    let seen = &secret.consumers;
    let consumers = match (seen.instances, seen.declared) {
        (0, 0) => "unknown".to_owned(),
        (0, declared) => format!("{declared} declared"),
        (instances, _) => format!("{}/{instances} on current", seen.on_current),
    };
    vec![
        secret.secret.clone(),
        secret.env.clone(),
        secret.age_seconds.map_or_else(|| "-".to_owned(), age),
        secret.max_age_seconds.map_or_else(|| "none".to_owned(), age),
        secret.live_credentials.to_string(),
        secret.next_rotation.clone().unwrap_or_else(|| "-".to_owned()),
        consumers,
        state(secret),
    ]
}

/// Glyph and word together: the colour-blind read it too.
fn state(secret: &Secret) -> String {
    if let Some(hold) = &secret.hold {
        return format!("⏸ held: {hold}");
    }
    if secret.phase != Phase::Idle {
        let stragglers = secret.consumers.stragglers.len();
        return if stragglers > 0 {
            format!("● {}, {stragglers} stragglers", secret.phase)
        } else {
            format!("● {}", secret.phase)
        };
    }
    match (secret.version, secret.overdue, secret.max_age_seconds) {
        (None, _, _) => "◆ not adopted".to_owned(),
        (Some(_), true, _) => "▲ overdue".to_owned(),
        (Some(_), false, None) => "◆ no policy".to_owned(),
        (Some(_), false, Some(_)) => "✓ fresh".to_owned(),
    }
}

fn hint(context: Context<'_>, status: &Status) {
    let name = |secret: &Secret| format!("{}/{}", secret.secret, secret.env);
    if let Some(secret) = status.secrets.iter().find(|s| s.version.is_none()) {
        context.report.hint(&format!(
            "start small: `keybaton adopt {} --id ID` takes over a key without changing it",
            name(secret)
        ));
    } else if let Some(secret) = status.secrets.iter().find(|s| s.phase == Phase::Idle) {
        context.report.hint(&format!(
            "start small: `keybaton plan {0}` shows what rotating your oldest key would do, `keybaton rotate {0}` does it",
            name(secret)
        ));
    }
}
