//! `explain`: why a key is in its state and what happens next, in words.

use clap::Args;
use keybaton_core::rotation::explain::Explanation;
use keybaton_types::SecretId;
use serde::Serialize;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::{beside, flowing, width},
    wiring::Reach,
};

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
    let explanation = context.operations(Reach::Ledger).await?.explain(&args.secret).await?;
    if context.report.json {
        let (secret, env) = (args.secret.name(), args.secret.env());
        let explanation = &explanation;
        context.report.document(&Document { schema: "keybaton/explain/v1", secret, env, explanation });
    } else {
        context.report.data(&text(&explanation, width()));
    }
    Ok(Exit::Done)
}

fn text(explanation: &Explanation, columns: Option<usize>) -> String {
    let sentences = [
        vec![explanation.sentence.clone()],
        explanation.waits.iter().map(|wait| format!("  {wait}")).collect(),
        vec![format!("What happens next: {}", explanation.next), format!("What is safe now: {}", explanation.safe)],
    ];
    let mut lines: Vec<String> = sentences.iter().flatten().map(|sentence| flowing(sentence, columns)).collect();
    if !explanation.can.is_empty() {
        lines.push("What you can do:".to_owned());
        let width = explanation.can.iter().map(|action| action.command.chars().count()).max().unwrap_or(0);
        let line = |command: &str, when: &str| beside(&format!("  {command:<width$}  "), when, columns);
        lines.extend(explanation.can.iter().map(|action| line(&action.command, &action.when)));
    }
    lines.join("\n")
}
