//! `alert`: lists alerts and the channels that tell of them, or tries a channel.

use clap::{Args, Subcommand};
use keybaton_ports::AlertDesk;
use keybaton_types::document::{Alert, AlertTested, Alerts, ChannelRow};

use super::{Context, Ended, person};
use crate::{
    exit::Exit,
    report::{Tone, table},
    telling::Unready,
};

/// Lists alerts and the channels that tell of them, or tries a channel.
#[derive(Debug, Args)]
pub(crate) struct AlertArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List what is open, what was resolved lately, and how each channel fares
    List,
    /// Send a test alert on a channel, and resolve it
    Test {
        /// The channel: NAME of [alert.NAME]
        name: String,
    },
}

pub(crate) async fn run(context: Context<'_>, args: &AlertArgs) -> Ended {
    match &args.verb {
        Verb::List => list(context, context.alert_desk(None).await?.as_ref()).await,
        Verb::Test { name } => test(context, context.alert_desk(Some(Unready::Refused)).await?.as_ref(), name).await,
    }
}

async fn list(context: Context<'_>, desk: &dyn AlertDesk) -> Ended {
    let alerts = desk.list().await?;
    if context.report.json {
        context.report.document(&alerts);
        return Ok(Exit::Done);
    }
    print(context, &alerts);
    for channel in alerts.channels.iter().filter(|channel| channel.failing) {
        let why = channel.why.as_deref().unwrap_or("it does not say why");
        context.report.words(&format!("warning: the channel {} does not get through: {why}", channel.name));
    }
    Ok(Exit::Done)
}

fn print(context: Context<'_>, alerts: &Alerts) {
    if alerts.alerts.is_empty() {
        context.report.words("No alert is open, and none was resolved lately.");
    } else {
        let rows: Vec<Vec<String>> = alerts.alerts.iter().map(row).collect();
        context.report.data(&table(&["ABOUT", "KIND", "SEVERITY", "STATE", "SINCE", "WHAT"], &rows));
    }
    if alerts.channels.is_empty() {
        context.report.words("Nobody is told: there is no channel.");
        context
            .report
            .hint("add a table such as [alert.ops] with type = \"webhook\", and alerts = [\"ops\"] in [defaults]");
        return;
    }
    let rows: Vec<Vec<String>> = alerts.channels.iter().map(channel).collect();
    context.report.data(&table(&["CHANNEL", "TYPE", "STATE", "TOLD", "WAITING", "LAST TOLD"], &rows));
}

fn row(alert: &Alert) -> Vec<String> {
    let state = if alert.standing == "resolved" { "✓ resolved" } else { "▲ open" };
    let (severity, since) = (alert.severity.clone(), alert.since.clone());
    vec![alert.subject.clone(), alert.kind.clone(), severity, state.to_owned(), since, alert.what.clone()]
}

fn channel(row: &ChannelRow) -> Vec<String> {
    let state = if row.failing { "✗ failing" } else { "✓ good" };
    let told = row.told.clone().unwrap_or_else(|| "never".to_owned());
    let (messages, waiting) = (row.messages.to_string(), row.waiting.to_string());
    vec![row.name.clone(), row.r#type.clone(), state.to_owned(), messages, waiting, told]
}

async fn test(context: Context<'_>, desk: &dyn AlertDesk, name: &str) -> Ended {
    let tested = desk.test(name, &person()).await?;
    if context.report.json {
        context.report.document(&tested);
    }
    say(context, &tested);
    Ok(if tested.taken { Exit::Done } else { Exit::No })
}

fn say(context: Context<'_>, tested: &AlertTested) {
    for step in &tested.steps {
        match &step.why {
            None => context.report.step(Tone::Good, &step.standing, &format!("{} took it", tested.channel)),
            Some(why) => context.report.step(Tone::Bad, &step.standing, why),
        }
    }
    if !tested.taken {
        context.report.hint("alerts are kept until they are told; docs/howto/alerts.md says what each channel needs");
    }
}
