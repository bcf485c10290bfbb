//! `config`: checks, shows or describes the configuration.

use std::sync::Arc;

use clap::{Args, Subcommand};
use keybaton_config::{
    Color, Config, Secret,
    report::{self, From, Origin},
};
use keybaton_ports::Failure;
use keybaton_store::{Clock, SystemClock};
use serde_json::Value;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::Tone,
    schema,
    wiring::{self, load},
};

/// Checks, shows or describes the configuration.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  keybaton config check\n  keybaton config show --origin\n  \
                        keybaton config schema > keybaton.schema.json\n\nThe configuration is keybaton.toml and every \
                        *.toml in keybaton.d beside it, in the order of their names.")]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Check the file; print the next five firings of each schedule and its shortest gap
    Check,
    /// Print the effective configuration, with every default filled in, as JSON
    Show {
        /// Print a line for each value, with the file and line that says it; with --json, as a part of the document
        #[arg(long)]
        origin: bool,
    },
    /// Print the JSON Schema of keybaton.toml, with the tables of every connector, or of agent.toml, for editors
    Schema {
        /// The file that is described
        #[arg(value_enum, default_value_t = Described::Keybaton, value_name = "FILE")]
        file: Described,
    },
}

/// A file with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Described {
    // What `serve` and every command of an operator reads
    #[value(name = "keybaton.toml")]
    Keybaton,
    // What `agent --files` reads
    #[value(name = "agent.toml")]
    Agent,
}

pub(crate) async fn run(context: Context<'_>, args: &ConfigArgs) -> Ended {
    match args.verb {
        Verb::Schema { file: Described::Keybaton } => context.report.document(&schema::full()),
        Verb::Schema { file: Described::Agent } => context.report.document(&keybaton_agent::files::schema()),
        Verb::Show { origin: false } => show(context)?,
        Verb::Show { origin: true } => origins(context, &load(context.global, context.report)?)?,
        Verb::Check => return check(context).await,
    }
    Ok(Exit::Done)
}

/// Each value with who says it, one line a value: a wide table would break on a narrow terminal.
fn origins(context: Context<'_>, config: &Config) -> Result<(), Failure> {
    let mut shown = report::origins(config);
    for secret in config.secrets.values() {
        shown.origins.extend(laid_under(context, config, secret)?);
    }
    shown.origins.sort_by(|one, other| one.secret.cmp(&other.secret));
    if context.report.json {
        context.report.document(&shown);
        return Ok(());
    }
    let mut about = None;
    for origin in &shown.origins {
        if about.replace(&origin.secret) != Some(&origin.secret) {
            context.report.data(&format!("\n{}", origin.secret.as_deref().unwrap_or("for all")));
        }
        context.report.data(&format!("  {} = {}  <- {}", origin.key, origin.value, origin.from));
    }
    let files = shown.files.join(", ");
    context.report.step(Tone::Good, "read", &files);
    Ok(())
}

/// What the preset of a secret's issuer says and the user does not.
fn laid_under(context: Context<'_>, config: &Config, secret: &Secret) -> Result<Vec<Origin>, Failure> {
    let filled = wiring::filled(&secret.issuer, &config.folder, context.report)?;
    let (Some(preset), Some(filled)) = (&secret.issuer.preset, filled) else { return Ok(Vec::new()) };
    let mut leaves = Vec::new();
    let own = secret.issuer.table.content();
    missing(&filled, Some(&own), "issuer", &mut leaves);
    // A parameter of the preset is the user's, wherever it was put.
    leaves.retain(|(key, _)| key.rsplit('.').next().is_none_or(|last| own.get(last).is_none()));
    let origin = |(key, value)| Origin {
        secret: Some(secret.id.to_string()),
        key,
        value,
        from: From::Preset { preset: preset.clone() },
    };
    Ok(leaves.into_iter().map(origin).collect())
}

/// The values of `whole` that are not in `own`, with their paths.
fn missing(whole: &Value, own: Option<&Value>, path: &str, leaves: &mut Vec<(String, String)>) {
    match (whole, own) {
        (Value::Object(entries), own) => {
            for (key, value) in entries {
                missing(value, own.and_then(|own| own.get(key)), &format!("{path}.{key}"), leaves);
            }
        }
        (_, Some(_)) => {}
        (Value::String(text), None) => leaves.push((path.to_owned(), text.clone())),
        (value, None) => leaves.push((path.to_owned(), value.to_string())),
    }
}

/// Shows what holds; what a preset makes of its table is known to the connectors only.
fn show(context: Context<'_>) -> Result<(), Failure> {
    let config = load(context.global, context.report)?;
    let mut shown = report::show(&config);
    for (secret, shown) in config.secrets.values().zip(&mut shown.secrets) {
        shown.issuer_settings = wiring::filled(&secret.issuer, &config.folder, context.report)?;
    }
    context.report.document(&shown);
    Ok(())
}

async fn check(context: Context<'_>) -> Ended {
    let config = load(context.global, context.report)?;
    wiring::check(&config, context.report).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let checked = report::check(&config, clock.now());
    if context.report.json {
        context.report.document(&checked);
    }
    let color = if context.report.is_colored() { Color::Always } else { Color::Never };
    for warning in &config.warnings {
        context.report.words(&warning.render(color));
    }
    if !context.report.json {
        for secret in &checked.secrets {
            context.report.data(&schedule(secret));
        }
    }
    for secret in &checked.secrets {
        for lint in &secret.lints {
            context.report.step(Tone::Bad, &format!("{}/{}", secret.secret, secret.env), &lint.message);
        }
    }
    context.report.step(
        Tone::Good,
        "valid",
        &format!("{} in {}", count(checked.secrets.len()), checked.files.join(", ")),
    );
    Ok(Exit::Done)
}

fn schedule(secret: &report::SecretCheck) -> String {
    let name = format!("{}/{}", secret.secret, secret.env);
    let Some(plan) = &secret.schedule else { return format!("{name}: no schedule; it is rotated when somebody asks") };
    let zone = plan.time_zone.as_deref().unwrap_or("UTC");
    let gap = plan.shortest_gap_seconds.as_ref().map_or_else(String::new, |seconds| {
        let gap = keybaton_core::rotation::span::brief(std::time::Duration::from_secs(*seconds));
        format!(", shortest gap {gap}")
    });
    format!("{name}: {} ({zone}){gap}\n  next: {}", plan.rule, plan.firings.join("\n        "))
}

fn count(secrets: usize) -> String {
    if secrets == 1 { "1 secret".to_owned() } else { format!("{secrets} secrets") }
}
