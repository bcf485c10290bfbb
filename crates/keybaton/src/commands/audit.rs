//! `audit`: reads, checks or exports what happened.

use clap::{Args, Subcommand};
use keybaton_core::civil::rfc3339;
use keybaton_ports::{AuditRow, Failure, Operations, Verified};
use keybaton_types::SecretId;
use serde::Serialize;

use super::{Context, Ended};
use crate::{exit::Exit, report::Tone, wiring::Reach};

/// Rows that are read at once.
const PAGE: u32 = 1000;

/// Reads, checks or exports the audit.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print the newest rows
    Tail {
        /// Only of this secret, as NAME/ENV
        secret: Option<SecretId>,
        /// How many
        #[arg(long, short = 'n', default_value_t = 20)]
        lines: usize,
    },
    /// Check every hash chain, and name the first row that does not fit
    Verify,
    /// Print every row as JSON lines
    Export {
        /// Only of this secret, as NAME/ENV
        secret: Option<SecretId>,
    },
}

/// `keybaton/audit/v1`: one row.
#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    secret: &'a SecretId,
    no: u64,
    at: String,
    body: serde_json::Value,
    prev: &'a str,
    hash: &'a str,
}

pub(crate) async fn run(context: Context<'_>, args: &AuditArgs) -> Ended {
    let operations = context.operations(Reach::Ledger).await?;
    let operations = operations.as_ref();
    match &args.verb {
        Verb::Verify => Ok(verify(context, operations.audit_verify().await?)),
        Verb::Export { secret } => {
            for row in rows(operations, secret.as_ref()).await? {
                context.report.document(&document(&row));
            }
            Ok(Exit::Done)
        }
        Verb::Tail { secret, lines } => {
            let mut rows = rows(operations, secret.as_ref()).await?;
            rows.sort_by_key(|row| row.at);
            for row in rows.iter().skip(rows.len().saturating_sub(*lines)) {
                if context.report.json {
                    context.report.document(&document(row));
                } else {
                    context.report.data(&line(row));
                }
            }
            Ok(Exit::Done)
        }
    }
}

/// Every row, page by page: of one secret, or of all.
async fn rows(operations: &dyn Operations, secret: Option<&SecretId>) -> Result<Vec<AuditRow>, Failure> {
    let mut all: Vec<AuditRow> = Vec::new();
    let mut after = 0;
    loop {
        let page = operations.audit(secret, after, PAGE).await?;
        let Some(last) = page.iter().map(|row| row.no).max() else { return Ok(all) };
        after = last;
        all.extend(page);
    }
}

fn verify(context: Context<'_>, verified: Verified) -> Exit {
    let exit = if matches!(verified, Verified::Whole { .. }) { Exit::Done } else { Exit::No };
    let check = verified.document();
    if context.report.json {
        context.report.document(&check);
    }
    match (&check.secret, check.first_bad) {
        (Some(secret), Some(no)) => {
            context.report.step(Tone::Bad, "broken", &format!("row {no} of {secret} is the first that does not fit"));
            context.report.hint("somebody changed the database; compare it with a backup before you trust it");
        }
        _ => context.report.step(Tone::Good, "whole", &format!("{} rows", check.rows.unwrap_or_default())),
    }
    exit
}

fn document(row: &AuditRow) -> Row<'_> {
    Row {
        schema: "keybaton/audit/v1",
        secret: &row.secret,
        no: row.no,
        at: rfc3339(row.at),
        body: serde_json::from_str(&row.body).unwrap_or_else(|_| serde_json::Value::String(row.body.clone())),
        prev: &row.prev,
        hash: &row.hash,
    }
}

/// One line: when, which secret, who, and what.
fn line(row: &AuditRow) -> String {
    let body: serde_json::Value = serde_json::from_str(&row.body).unwrap_or_default();
    let actor = body.get("actor").and_then(serde_json::Value::as_str).unwrap_or("?");
    let note = body.get("note").and_then(serde_json::Value::as_str).map(str::to_owned);
    let effect = body.pointer("/transition/rotation/pending/effect").map(word);
    let state = body.pointer("/transition/rotation/state").map(word);
    let what =
        note.or_else(|| effect.map(|effect| format!("→ {effect}"))).or(state).unwrap_or_else(|| "changed".to_owned());
    format!("{}  {} #{}  {actor}  {what}", rfc3339(row.at), row.secret, row.no)
}

/// The name of an enum's variant in JSON.
fn word(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(map) => map.keys().next().cloned().unwrap_or_default(),
        other => other.to_string(),
    }
}
