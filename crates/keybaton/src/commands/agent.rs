//! `agent`: the sidecar for services that do not link the library.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use keybaton_agent::files::{Config, ConfigError, FileNews, Files, Told};
use keybaton_agent::serve::{self, Door, Listen, Serving};
use keybaton_agent::{Feed, Source};
use keybaton_client::Client;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::show_duration;
use serde::Serialize;
use tokio::signal::unix::SignalKind;

use super::{Context, Ended};
use crate::{
    cli::Global,
    detour,
    exit::Exit,
    report::{Report, Tone},
    signals::{Interrupts, listen},
    supervisor,
    upstream::Upstream,
};

/// Hands secrets out on this machine, and keeps files, for services that do not link the library.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct AgentArgs {
    #[command(flatten)]
    upstream: Upstream,
    /// Where to listen: 127.0.0.1:PORT, or unix:PATH
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7731")]
    listen: Listen,
    /// Which files to keep, who may connect to the socket, and which vaults to read while the server is silent: an agent.toml
    #[arg(long, value_name = "FILE")]
    files: Option<PathBuf>,
}

const AFTER: &str = "Examples:\n  keybaton agent --server https://keybaton.internal:7730 --token-file token\n  \
                     keybaton agent --server URL --token-file token --listen unix:/run/keybaton-agent/agent.sock --cache cache\n\n\
                     On loopback every request shows the token of --token-file; on a socket the kernel says who asks.";

/// `keybaton/agent/v1`: where it listens, once it does.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    listen: String,
    instance: String,
    files: usize,
}

pub(crate) async fn run(context: Context<'_>, args: &AgentArgs) -> Ended {
    let config = args.files.as_ref().map_or_else(|| Ok(Config::none()), |path| Config::load(path));
    let config = config.map_err(|error| misread(&error))?;
    let door = args.door(context.global, &config)?;
    let (mut interrupts, mut hangup) = (Interrupts::listen()?, listen(SignalKind::hangup())?);
    let client = args.upstream.client(context.global)?;
    args.set_detours(context, &client, &config).await?;
    let count = config.files.len();
    let serving =
        serve::serve(client.clone(), &args.listen, config.mode, door).await.map_err(|error| unbound(&error))?;
    let (feed, told): (Arc<dyn Feed>, Arc<dyn Told>) =
        (Arc::new(Source::new(client.clone())), Arc::new(Words(Report::new(context.global))));
    let mut files = Files::keep(config.files, &feed, &told);
    let (listen, instance) = (serving.listen.to_string(), client.instance().to_owned());
    context.report.step(Tone::Good, "serving", &format!("{listen}, as {instance}"));
    if context.report.json {
        context.report.document(&Document { schema: "keybaton/agent/v1", listen, instance, files: count });
    }
    supervisor::ready();
    loop {
        tokio::select! {
            () = interrupts.wanted() => break,
            _ = hangup.recv() => args.reload(context, &client, &serving, &mut files).await,
        }
    }
    supervisor::stopping();
    files.stop().await;
    serving.end().await;
    client.close().await;
    drop(files);
    Ok(Exit::Done)
}

impl AgentArgs {
    /// Reads agent.toml again; one that is not understood never replaces what runs.
    async fn reload(&self, context: Context<'_>, client: &Client, serving: &Serving, files: &mut Files) {
        if let Err(failure) = supervisor::reloading() {
            context.report.failure(&failure);
        }
        match self.files.as_ref().map_or_else(|| Ok(Config::none()), |path| Config::load(path)) {
            Ok(config) => {
                let count = config.files.len();
                if let Err(failure) = self.set_detours(context, client, &config).await {
                    context.report.failure(&failure);
                    context.report.words("The vaults that may be read are those of before.");
                }
                if let Err(error) = serving.change(config.peers, config.mode) {
                    context.report.failure(&unbound(&error));
                }
                files.change(config.files).await;
                context.report.step(Tone::Good, "reloaded", &format!("{count} files"));
            }
            Err(error) => {
                context.report.failure(&misread(&error));
                context.report.words("What was kept and who may ask stays as it was.");
            }
        }
        supervisor::ready();
    }

    /// Says which vaults may be read while the server is silent.
    async fn set_detours(&self, context: Context<'_>, client: &Client, config: &Config) -> Result<(), Failure> {
        let folder = self.files.as_deref().and_then(Path::parent).unwrap_or(Path::new("."));
        let ways = detour::ways(&config.detours, folder).await?;
        for (secret, way, terms) in &ways {
            let (place, after) = (way.place(), show_duration(terms.after));
            context.report.step(
                Tone::Good,
                "detour",
                &format!("{secret}: {place}, when the server is silent for {after}"),
            );
        }
        client.set_detours(ways).map_err(|error| {
            Failure::new(FailureKind::Usage, "no vault can be read this way").because(&error).hint(error.hint())
        })
    }

    fn door(&self, global: &Global, config: &Config) -> Result<Door, Failure> {
        match (&self.listen, &global.token_file) {
            (Listen::Socket(_), _) => Ok(Door::peers(config.peers.clone())),
            (Listen::Loopback(_), Some(path)) => Door::token(path.clone()).map_err(|error| {
                Failure::new(FailureKind::Usage, format!("the token file {} cannot be read", path.display()))
                    .because(&error)
                    .safe("nothing is handed out")
                    .hint("`keybaton token create` makes a token; the file holds it and nothing else")
            }),
            (Listen::Loopback(_), None) => {
                Err(Failure::new(FailureKind::Usage, "on loopback everybody on this machine could ask")
                    .safe("nothing is handed out")
                    .hint("give --token-file, whose token readers then show, or --listen unix:PATH"))
            }
        }
    }
}

/// What a person sees of files.
struct Words(Report);

impl Told for Words {
    fn hear(&self, news: &FileNews) {
        match news {
            FileNews::Kept { path, versions } => {
                let each: Vec<String> =
                    versions.iter().map(|(secret, version)| format!("{secret} version {version}")).collect();
                self.0.step(Tone::Good, "file", &format!("{}: {}", path.display(), each.join(", ")));
            }
            FileNews::Failed { path, why } => {
                let text = format!("{}: {why}; the last good file stays, and it is tried again", path.display());
                self.0.step(Tone::Bad, "file", &text);
            }
        }
    }
}

fn misread(error: &ConfigError) -> Failure {
    Failure::new(FailureKind::Usage, "the files to keep are not understood")
        .because(error)
        .safe("no file was touched")
        .hint("docs/howto/agent.md has an agent.toml with every key")
}

fn unbound(error: &serve::Error) -> Failure {
    Failure::new(FailureKind::Usage, "the agent cannot listen")
        .because(error)
        .safe("no file was touched")
        .hint("another agent may be there; --listen names another place")
}
