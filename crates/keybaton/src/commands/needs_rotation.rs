//! `needs-rotation`: whether a key is due, as an exit code for scripts and for systemd's `ExecCondition`.

use std::time::Duration;

use clap::Args;
use keybaton_core::rotation::span;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::{
    Phase, SecretId,
    document::{Need, Needs, Secret},
};

use super::{Context, Ended};
use crate::{exit::Exit, wiring::Reach};

/// Says by its exit code whether a key is due: 0 due or overdue, 1 not due, 3 not known. Reads the ledger only.
#[derive(Debug, Args)]
pub(crate) struct NeedsRotationArgs {
    /// The secret, as NAME/ENV
    #[arg(required_unless_present = "any", conflicts_with = "any")]
    secret: Option<SecretId>,
    /// Whether any secret is due
    #[arg(long)]
    any: bool,
}

pub(crate) async fn run(context: Context<'_>, args: &NeedsRotationArgs) -> Ended {
    let status = context.operations(Reach::Ledger).await?.status().await?;
    let asked = |row: &&Secret| {
        args.secret.as_ref().is_none_or(|secret| row.secret == secret.name() && row.env == secret.env())
    };
    let secrets: Vec<Need> = status.secrets.iter().filter(asked).map(need).collect();
    if let (Some(secret), true) = (&args.secret, secrets.is_empty()) {
        return Err(undeclared(secret));
    }
    let needs = Needs { schema: Needs::SCHEMA.to_owned(), needed: any(&secrets), secrets };
    if context.report.json {
        context.report.document(&needs);
    } else {
        for need in needs.secrets.iter().filter(|need| args.secret.is_some() || need.needed != Some(false)) {
            context.report.words(&format!("{}/{}: {}", need.secret, need.env, need.why));
        }
    }
    Ok(match needs.needed {
        Some(true) => Exit::Done,
        Some(false) => Exit::No,
        None => Exit::Unknown,
    })
}

/// One that is due is enough; without one, a key of which nothing is known leaves it open.
fn any(secrets: &[Need]) -> Option<bool> {
    if secrets.iter().any(|need| need.needed == Some(true)) {
        return Some(true);
    }
    if secrets.iter().any(|need| need.needed.is_none()) { None } else { Some(false) }
}

fn need(row: &Secret) -> Need {
    let (needed, why) = verdict(row);
    Need { secret: row.secret.clone(), env: row.env.clone(), needed, why }
}

/// What a rotation would be refused for comes first: nothing is due then.
fn verdict(row: &Secret) -> (Option<bool>, String) {
    let brief = |seconds: u64| span::brief(Duration::from_secs(seconds));
    if row.version.is_none() {
        return (None, "no key is managed yet, so nothing is known of its age".to_owned());
    }
    if row.phase != Phase::Idle {
        return (Some(false), format!("a rotation is under way ({})", row.phase));
    }
    if let Some(pause) = &row.paused {
        return (Some(false), format!("paused until {} by {}", pause.until, pause.by));
    }
    if row.due {
        return (Some(true), "due: the schedule says so".to_owned());
    }
    match (row.age_seconds, row.max_age_seconds) {
        (Some(age), Some(most)) if row.overdue => {
            (Some(true), format!("overdue: {} old, and max_age is {}", brief(age), brief(most)))
        }
        _ => match row.next_rotation_seconds {
            Some(left) => (Some(false), format!("not due: the schedule says in {}", brief(left))),
            None => (Some(false), "not due: no schedule and no max_age say otherwise".to_owned()),
        },
    }
}

fn undeclared(secret: &SecretId) -> Failure {
    Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration"))
        .safe("nothing was changed")
        .hint("`keybaton status` lists the secrets that the configuration names")
}
