//! `consumers`: who uses which key, and what people know of it.

use clap::{Args, Subcommand};
use keybaton_ports::{Failure, FailureKind, Word};
use keybaton_types::{SecretId, document::Told};
use serde::Serialize;

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    report::{Tone, table},
    wiring::Reach,
};

/// Shows who uses which key, or records that somebody has moved.
#[derive(Debug, Args)]
pub(crate) struct ConsumersArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List instances that may still use another key than the current one
    List {
        /// The secret, as NAME/ENV
        secret: SecretId,
    },
    /// Record that a consumer has moved to the current key
    Ack(Who),
    /// Record that a consumer, or an instance of it, is gone for good
    Forget(Who),
}

#[derive(Debug, Args)]
struct Who {
    /// The secret, as NAME/ENV
    secret: SecretId,
    /// The consumer, or one instance as CONSUMER/INSTANCE
    who: String,
}

/// `keybaton/consumers/v1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    secret: String,
    env: String,
    #[serde(flatten)]
    consumers: keybaton_types::document::Consumers,
    waits: Vec<String>,
}

pub(crate) async fn run(context: Context<'_>, args: &ConsumersArgs) -> Ended {
    match &args.verb {
        Verb::List { secret } => list(context, secret).await,
        Verb::Ack(who) => say(context, who, Word::Moved).await,
        Verb::Forget(who) => say(context, who, Word::Gone).await,
    }
}

async fn list(context: Context<'_>, secret: &SecretId) -> Ended {
    let status = context.operations(Reach::Ledger).await?.status().await?;
    let row = status.secrets.into_iter().find(|row| row.secret == secret.name() && row.env == secret.env());
    let row = row.ok_or_else(|| {
        Failure::new(FailureKind::Usage, format!("{secret} is not in the configuration"))
            .safe("nothing was changed")
            .hint("`keybaton status` lists all")
    })?;
    if context.report.json {
        let (schema, consumers, waits) = ("keybaton/consumers/v1", row.consumers, row.waits);
        context.report.document(&Document { schema, secret: row.secret, env: row.env, consumers, waits });
        return Ok(Exit::Done);
    }
    let seen = &row.consumers;
    let rows: Vec<Vec<String>> =
        seen.stragglers.iter().map(|s| vec![s.consumer.clone(), s.instance.clone(), s.last.clone()]).collect();
    context.report.words(&match (seen.instances, seen.declared) {
        (0, 0) => "No consumer was seen yet, and none is declared.".to_owned(),
        (0, declared) => format!("No consumer was seen yet; declared: {declared}."),
        (instances, _) => format!("{} of {instances} instances are on the current key.", seen.on_current),
    });
    if !rows.is_empty() {
        context.report.data(&table(&["CONSUMER", "INSTANCE", "LAST SEEN WITH ANOTHER KEY"], &rows));
    }
    for wait in &row.waits {
        context.report.words(&format!("waits: {wait}"));
    }
    Ok(Exit::Done)
}

async fn say(context: Context<'_>, who: &Who, word: Word) -> Ended {
    let operations = context.operations(Reach::Ledger).await?;
    let (consumer, instance) = match who.who.split_once('/') {
        Some((consumer, instance)) => (consumer, Some(instance)),
        None => (who.who.as_str(), None),
    };
    let told = operations.vouch(&who.secret, consumer, instance, word, &person()).await?;
    let what = match word {
        Word::Moved => "counts as moved to the current key",
        Word::Gone => "counts as gone",
    };
    for name in &told {
        context.report.step(Tone::Good, name, what);
    }
    if context.report.json {
        let (secret, env) = (who.secret.name().to_owned(), who.secret.env().to_owned());
        context.report.document(&Told { schema: Told::SCHEMA.to_owned(), secret, env, consumers: told });
    }
    Ok(Exit::Done)
}
