//! `status`: every key, the oldest first. It ends with where to start.

use std::time::Duration;

use clap::Args;
use keybaton_core::rotation::span;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::{
    Phase,
    document::{Secret, Status},
};

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::{self, table},
    wiring::Reach,
};

/// Lists keys, oldest first.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// Only the secrets that this owner answers for
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
    /// Only keys that are older than their `max_age`
    #[arg(long)]
    overdue: bool,
    /// Exit with 1 when a key is overdue, held or alerted
    #[arg(long)]
    check: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &StatusArgs) -> Ended {
    let mut status = context.operations(Reach::Ledger).await?.status().await?;
    if let Some(owner) = &args.owner {
        known(owner, &status)?;
    }
    let declared = status.secrets.len();
    let owned = |row: &Secret| args.owner.is_none() || row.owner == args.owner;
    status.secrets.retain(|row| owned(row) && (row.overdue || !args.overdue));
    if context.report.json {
        context.report.document(&status);
    } else if declared == 0 {
        context.report.words("The configuration names no secret yet.");
        let first = "describe your first key in keybaton.toml: the one that was not changed for the longest time";
        context.report.hint(first);
    } else if status.secrets.is_empty() {
        context.report.words("No key is overdue.");
    } else {
        print(context, &status);
    }
    let trouble = status.secrets.iter().any(|s| s.overdue || s.phase == Phase::Held || !s.alerts.is_empty())
        || !status.alerts.is_empty();
    Ok(if args.check && trouble { Exit::No } else { Exit::Done })
}

/// An owner that no secret has is a mistake, and no empty list.
fn known(owner: &str, status: &Status) -> Result<(), Failure> {
    let mut owners: Vec<&str> = status.secrets.iter().filter_map(|row| row.owner.as_deref()).collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.contains(&owner) {
        return Ok(());
    }
    let hint = if owners.is_empty() {
        "name who answers for a secret: owner = \"team-payments\" in its table".to_owned()
    } else {
        format!("the owners in the configuration are {}", owners.join(", "))
    };
    let failure = Failure::new(FailureKind::Usage, format!("no secret has the owner {owner:?}"));
    Err(failure.safe("nothing was changed").hint(hint))
}

fn print(context: Context<'_>, status: &Status) {
    let head = ["KEY", "ENV", "AGE", "POLICY", "VALID", "NEXT ROTATION", "CONSUMERS", "STATE"];
    let rows: Vec<Vec<String>> = status.secrets.iter().map(row).collect();
    let wide = table(&head, &rows);
    let room = report::width().unwrap_or(usize::MAX);
    if wide.lines().all(|line| line.chars().count() <= room) {
        context.report.data(&wide);
    } else {
        let blocks: Vec<String> = rows.iter().map(|cells| block(&head, cells, room)).collect();
        context.report.data(&blocks.join("\n"));
    }
    context.report.words(&summary(status));
    for secret in &status.secrets {
        for wait in &secret.waits {
            context.report.words(&format!("waits: {}/{}: {wait}", secret.secret, secret.env));
        }
        for alert in &secret.alerts {
            context.report.words(&format!("alert: {}/{}: {alert}", secret.secret, secret.env));
        }
    }
    for alert in &status.alerts {
        context.report.words(&format!("alert: {alert}"));
    }
    hint(context, status);
}

/// A key in a few lines, for a terminal on which its row would break: the state first, then what else is known.
fn block(head: &[&str], cells: &[String], room: usize) -> String {
    let (name, rest) = cells.split_at(2.min(cells.len()));
    let (state, known) = rest.split_last().map_or(("", rest), |(state, known)| (state.as_str(), known));
    let known = head.iter().skip(2).zip(known).filter(|(_, cell)| *cell != "-");
    let known: Vec<String> = known.map(|(head, cell)| format!("{} {cell}", head.to_lowercase())).collect();
    let lines = [format!("{}  {state}", name.join("/")), format!("  {}", known.join(", "))];
    lines.iter().flat_map(|line| report::hanging(line, room)).collect::<Vec<_>>().join("\n")
}

fn row(secret: &Secret) -> Vec<String> {
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
        next(secret),
        consumers,
        state(secret),
    ]
}

fn age(seconds: u64) -> String {
    span::brief(Duration::from_secs(seconds))
}

/// When the next rotation starts, or until when none does.
fn next(secret: &Secret) -> String {
    let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
    if let Some(pause) = &secret.paused {
        return format!("paused until {}", day(&pause.until));
    }
    match (&secret.next_rotation, secret.next_rotation_seconds) {
        (Some(_), Some(0)) => "now".to_owned(),
        (Some(at), Some(left)) => format!("{} (in {})", day(at), age(left)),
        (Some(_) | None, _) if secret.rotation.is_some() => "running".to_owned(),
        (Some(_) | None, _) => "-".to_owned(),
    }
}

/// Glyph and word together: the colour-blind read it too. What nobody answers for is said behind it.
fn state(secret: &Secret) -> String {
    let shared = secret.shared_with.first().map(|other| format!("shared with {other}"));
    let paused = secret.paused.as_ref().map(|_| "paused".to_owned());
    let unowned = secret.owner.is_none().then(|| "no owner".to_owned());
    let parts = [Some(standing(secret)), paused, shared, unowned];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn standing(secret: &Secret) -> String {
    if let (Some(hold), Some(errand)) = (&secret.hold, &secret.errand) {
        let late = if errand.late { "late since" } else { "by" };
        let deadline = errand.deadline.as_ref().map(|at| format!(" ({late} {at})")).unwrap_or_default();
        return format!("⏸ {hold}{deadline}");
    }
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
    match (secret.version, secret.age_seconds.zip(secret.max_age_seconds)) {
        (None, _) => "◆ not adopted".to_owned(),
        (Some(_), Some((old, most))) if secret.overdue => format!("▲ overdue by {}", age(old.saturating_sub(most))),
        (Some(_), Some(_)) => "✓ fresh".to_owned(),
        (Some(_), None) if secret.next_rotation.is_some() => "✓ scheduled".to_owned(),
        (Some(_), None) => "◆ no policy".to_owned(),
    }
}

/// `6 keys: 1 overdue, 1 without policy`: every key counts once.
fn summary(status: &Status) -> String {
    let words = [
        ("⏸", "held"),
        ("●", "rotating"),
        ("▲", "overdue"),
        ("◆ no policy", "without policy"),
        ("◆ not adopted", "not adopted"),
        ("✓", "fresh"),
    ];
    let count = |glyph: &str| status.secrets.iter().filter(|row| standing(row).starts_with(glyph)).count();
    let counted = words.iter().map(|(glyph, word)| (count(glyph), word)).filter(|(count, _)| *count > 0);
    let parts: Vec<String> = counted.map(|(count, word)| format!("{count} {word}")).collect();
    let keys = if status.secrets.len() == 1 { "1 key".to_owned() } else { format!("{} keys", status.secrets.len()) };
    format!("{keys}: {}.", parts.join(", "))
}

/// What to do with each key that is not adopted, and where to start.
fn hint(context: Context<'_>, status: &Status) {
    const SHOWN: usize = 5;
    let name = |secret: &Secret| format!("{}/{}", secret.secret, secret.env);
    let waiting: Vec<&Secret> = status.secrets.iter().filter(|s| s.version.is_none() && s.rotation.is_none()).collect();
    for secret in waiting.iter().take(SHOWN) {
        context.report.words(&format!(
            "not adopted: `keybaton adopt {0} --id ID` takes its key over, `keybaton rotate {0}` makes the first one",
            name(secret)
        ));
    }
    if let Some(secret) = waiting.first() {
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
