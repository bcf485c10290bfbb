//! `audit`: reads, checks, signs or exports what happened.
//!
//! `line` is a record in a file, `file` what is read from one, `verify` the check of either; `trail` is the evidence of one
//! rotation, and `show` prints it.

mod file;
mod line;
mod pages;
mod show;
mod trail;
mod verify;

use clap::{Args, Subcommand};
use keybaton_core::civil::rfc3339;
use keybaton_ports::{AuditRow, Operations};
use keybaton_types::SecretId;

use self::verify::VerifyArgs;
use super::{Context, Ended};
use crate::{exit::Exit, wiring::Reach};

/// Reads, checks, signs or exports the audit.
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
    /// Print the evidence of one rotation: who asked, what was proven, who confirmed, what was refused afterwards
    Show {
        /// The rotation, as NAME.ENV.NUMBER: `keybaton history` names them
        rotation: String,
    },
    /// Check every hash chain and every signature, and name the first record that does not fit
    Verify(VerifyArgs),
    /// Print every row and every checkpoint as JSON lines
    Export {
        /// Only of this secret, as NAME/ENV, and then without checkpoints: they are about all
        secret: Option<SecretId>,
    },
    /// Sign the audit as it is now, and print the checkpoint and its public key, to be kept elsewhere
    Checkpoint,
}

pub(crate) async fn run(context: Context<'_>, args: &AuditArgs) -> Ended {
    let operations = context.operations(Reach::Ledger);
    match &args.verb {
        Verb::Verify(args) => verify::run(context, args).await,
        Verb::Show { rotation } => show::run(context, operations.await?.as_ref(), rotation).await,
        Verb::Export { secret } => export(context, operations.await?.as_ref(), secret.as_ref()).await,
        Verb::Tail { secret, lines } => tail(context, operations.await?.as_ref(), secret.as_ref(), *lines).await,
        Verb::Checkpoint => checkpoint(context, operations.await?.as_ref()).await,
    }
}

/// Rows first, then the checkpoints over them: of everything, what is exported is signed first.
async fn export(context: Context<'_>, operations: &dyn Operations, secret: Option<&SecretId>) -> Ended {
    if secret.is_none()
        && let Err(failure) = operations.checkpoint().await
    {
        context.report.words(&format!("warning: what came last is not signed: {failure}"));
    }
    for row in pages::rows(operations, secret).await? {
        context.report.data(&line::written(&row));
    }
    if secret.is_none() {
        for checkpoint in pages::checkpoints(operations).await? {
            context.report.document(&checkpoint);
        }
    }
    Ok(Exit::Done)
}

async fn tail(context: Context<'_>, operations: &dyn Operations, secret: Option<&SecretId>, lines: usize) -> Ended {
    let mut rows = pages::rows(operations, secret).await?;
    rows.sort_by_key(|row| row.at);
    for row in rows.iter().skip(rows.len().saturating_sub(lines)) {
        if context.report.json {
            context.report.data(&line::written(row));
        } else {
            context.report.data(&brief(row));
        }
    }
    Ok(Exit::Done)
}

async fn checkpoint(context: Context<'_>, operations: &dyn Operations) -> Ended {
    let Some(checkpoint) = operations.checkpoint().await? else {
        context.report.words("Nothing has happened yet, so there is nothing to sign.");
        return Ok(Exit::Done);
    };
    if context.report.json {
        context.report.document(&checkpoint);
    } else {
        let (no, at) = (checkpoint.no, &checkpoint.at);
        context.report.data(&format!("checkpoint {no}\nmade       {at}"));
        context.report.data(&format!("hash       {}\nkey        {}", checkpoint.hash, checkpoint.key));
        context.report.hint("keep it elsewhere with --json; `keybaton audit verify --checkpoint FILE` compares");
    }
    Ok(Exit::Done)
}

/// One line: when, which secret, who, and what.
fn brief(row: &AuditRow) -> String {
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
