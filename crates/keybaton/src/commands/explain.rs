//! `explain`: why a key is in its state and what happens next, in words.

use clap::Args;
use keybaton_core::rotation::explain::Explanation;
use keybaton_ports::Operations as _;
use keybaton_types::SecretId;
use serde::Serialize;

use super::{Context, Ended};
use crate::{exit::Exit, wiring::Reach};

/// Says in words why a key is in its state and what happens next.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The secret, as NAME/ENV
    secret: SecretId,
}

/// `keybaton/explain/v1`.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    secret: &'a str,
    env: &'a str,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

pub(crate) async fn run(context: Context<'_>, args: &ExplainArgs) -> Ended {
    let wired = context.wire(Reach::Ledger).await?;
    let explanation = wired.local().explain(&args.secret).await?;
    if context.report.json {
        let (secret, env) = (args.secret.name(), args.secret.env());
        let explanation = &explanation;
        context.report.document(&Document { schema: "keybaton/explain/v1", secret, env, explanation });
    } else {
        context.report.data(&text(&explanation));
    }
    Ok(Exit::Done)
}

fn text(explanation: &Explanation) -> String {
    let mut lines = vec![explanation.sentence.clone()];
    lines.extend(explanation.waits.iter().map(|wait| format!("  {wait}")));
    lines.push(format!("What happens next: {}", explanation.next));
    lines.push(format!("What is safe now: {}", explanation.safe));
    if !explanation.can.is_empty() {
        lines.push("What you can do:".to_owned());
        let width = explanation.can.iter().map(|action| action.command.chars().count()).max().unwrap_or(0);
        lines.extend(explanation.can.iter().map(|action| format!("  {:<width$}  {}", action.command, action.when)));
    }
    lines.join("\n")
}
