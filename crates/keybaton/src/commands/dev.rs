//! `dev`: a server with a sandbox API and keys of its own, for trying things out on one's own machine.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::{Context, Ended, serve};
use crate::{cli::Global, dev, exit::Exit, report::Tone, signals::Interrupts};

/// Runs a sandbox API on loopback, with a key for payments/dev and payments/staging, and the rotation server.
#[derive(Debug, Args)]
#[command(after_help = "Everything listens on loopback only. Without --folder all of it is gone after Ctrl-C.\n\n\
                        Examples:\n  keybaton dev\n  keybaton dev --folder ./sandbox")]
pub(crate) struct DevArgs {
    /// Keep the configuration and the state in this folder, and go on from there the next time
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

/// `keybaton/dev/v1`: what is there, once it can be used.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    folder: String,
    config: String,
    kept: bool,
    server: String,
    sandbox: &'a str,
    secrets: [&'static str; 2],
    commands: Vec<String>,
}

pub(crate) async fn run(context: Context<'_>, args: &DevArgs) -> Ended {
    // From here on Ctrl-C ends us in order, whenever it comes.
    let mut interrupts = Interrupts::listen()?;
    let bench = tokio::select! {
        bench = dev::Bench::set(context, args.folder.as_deref()) => bench?,
        () = interrupts.wanted() => return Ok(Exit::Interrupted),
    };
    let global = Global { config: Some(bench.config()), ..context.global.clone() };
    let inner = Context { global: &global, report: context.report };
    let ended = serve::until_stopped(inner, |server| say(context, &bench, &server.to_string())).await;
    bench.clear(context.report).await;
    ended
}

fn say(context: Context<'_>, bench: &dev::Bench, server: &str) {
    let config = bench.config().display().to_string();
    let lines = [
        "status",
        "plan payments/dev",
        "rotate payments/dev --wait",
        "explain payments/staging",
        "history payments/dev",
    ];
    let known = |line: &&&str| crate::cli::Cli::knows(line);
    let commands: Vec<String> =
        lines.iter().filter(known).map(|line| format!("keybaton --config {} {line}", quoted(&config))).collect();
    if context.report.json {
        context.report.document(&Document {
            schema: "keybaton/dev/v1",
            folder: bench.folder().display().to_string(),
            config,
            kept: bench.is_kept(),
            server: format!("http://{server}"),
            sandbox: bench.sandbox_url(),
            secrets: dev::SECRETS,
            commands,
        });
        return;
    }
    context.report.step(Tone::Good, "ready", &format!("two keys in {}", bench.folder().display()));
    context.report.words("\nIn another terminal:\n");
    for command in commands {
        context.report.data(&format!("  {command}"));
    }
    context.report.words("\nCtrl-C ends everything.");
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}
