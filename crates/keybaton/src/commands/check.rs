//! `check`: reads a key the way its consumers do, tries it, and says by the exit code whether they are well.

use clap::Args;
use keybaton_types::{SecretId, document::Check};

use super::{Context, Ended};
use crate::{exit::Exit, report::Tone, wiring::Reach};

/// Reads the current key as consumers do and tries it: 0 it works, 1 it is refused, 3 not known.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
}

pub(crate) async fn run(context: Context<'_>, args: &CheckArgs) -> Ended {
    let check = context.operations(Reach::World).await?.check(&args.secret).await?;
    if context.report.json {
        context.report.document(&check);
    } else {
        say(context, &args.secret, &check);
    }
    Ok(match check.healthy {
        Some(true) => Exit::Done,
        Some(false) => Exit::No,
        None => Exit::Unknown,
    })
}

fn say(context: Context<'_>, secret: &SecretId, check: &Check) {
    let (tone, word) = match check.healthy {
        Some(true) => (Tone::Good, "healthy"),
        Some(false) => (Tone::Bad, "unhealthy"),
        None => (Tone::Bad, "unknown"),
    };
    context.report.step(tone, word, &format!("{secret} in the vault {}: {}", check.vault, check.why));
    if check.healthy != Some(true) {
        context
            .report
            .hint(&format!("`keybaton explain {secret}` says how its key stands, `keybaton doctor` what is wrong"));
    }
}
