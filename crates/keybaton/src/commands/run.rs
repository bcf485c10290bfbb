//! `run`: a command with its secrets, moved to each new version.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use keybaton_agent::supervise::{self, Form, Hear, News, OnChange, Options, Order, Pace, Ready, Slot, Supervisor};
use keybaton_agent::{Source, signal};
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::{SecretId, VersionNo, parse_duration};
use rustix::process::Signal;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::{Report, Tone},
    upstream::Upstream,
};

/// Runs a command with its secrets, and moves it to each new version.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("given").required(true).multiple(true), after_help = AFTER)]
#[command(group = ArgGroup::new("readiness"))]
pub(crate) struct RunArgs {
    #[command(flatten)]
    upstream: Upstream,
    /// A file for the command, at the path in `VARIABLE_FILE`; preferred, because it can change. Give it again for more
    #[arg(long = "file", value_name = "VARIABLE=NAME/ENV", group = "given", value_parser = file)]
    files: Vec<Slot>,
    /// The environment variable itself; it cannot change while the command runs. Give it again for more
    #[arg(long = "secret", value_name = "VARIABLE=NAME/ENV", group = "given", value_parser = variable)]
    secrets: Vec<Slot>,
    /// What happens on a new version
    #[arg(long, value_enum, default_value_t = Change::Restart, value_name = "WHAT")]
    on_change: Change,
    /// The signal of --on-change signal
    #[arg(long, value_name = "NAME", default_value = "HUP", value_parser = signal)]
    signal: Signal,
    /// The command of --on-change exec, run by a shell; the number of the running one is in `KEYBATON_CHILD`
    #[arg(long, value_name = "COMMAND", required_if_eq("on_change", "exec"))]
    exec: Option<String>,
    /// End the old command before the new one starts: for one that holds a port or a lock
    #[arg(long)]
    stop_first: bool,
    /// Ready is who stayed up for so long
    #[arg(long, value_name = "DURATION", default_value = "2s", group = "readiness", value_parser = parse_duration)]
    ready_after: Duration,
    /// Ready is when this command, run by a shell every second, ends well
    #[arg(long, value_name = "COMMAND", group = "readiness")]
    ready_command: Option<String>,
    /// Ready is who says so, as to systemd (`sd_notify`)
    #[arg(long, group = "readiness")]
    ready_notify: bool,
    /// The most that is waited at random before a change is acted on
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = parse_duration)]
    jitter: Duration,
    /// How long the command may take to become ready
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = parse_duration)]
    start_timeout: Duration,
    /// How long the command may take to end before it is killed
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = parse_duration)]
    stop_timeout: Duration,
    /// The command and its arguments
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

const AFTER: &str = "Examples:\n  keybaton run --file PAYMENTS_KEY=payments/prod -- ./server\n  \
                     keybaton run --secret PAYMENTS_KEY=payments/prod --on-change restart --stop-first -- ./server\n  \
                     keybaton run --file PAYMENTS_KEY=payments/prod --on-change signal --signal HUP -- ./server\n\n\
                     The exit code is that of the command; 128 and its number when a signal ended it.";

/// What happens on a new version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Change {
    /// Start it anew; the old one goes when the new one is ready
    Restart,
    /// Replace its files, and send it a signal
    Signal,
    /// Replace its files, and run a command
    Exec,
    /// Replace its files
    None,
}

pub(crate) async fn run(context: Context<'_>, args: &RunArgs) -> Ended {
    let options = args.options()?;
    let client = args.upstream.client(context.global)?;
    let hears = Arc::new(Words(Report::new(context.global)));
    let feed = Arc::new(Source::new(client.clone()));
    let supervisor = Supervisor::new(options, feed, hears).map_err(|error| unstarted(&error))?;
    let ended = supervisor.run().await;
    // what the command had is erased; that is told before we go
    client.close().await;
    ended.map(|ended| Exit::Passed(ended.code())).map_err(|error| unstarted(&error))
}

impl RunArgs {
    fn options(&self) -> Result<Options, Failure> {
        let slots: Vec<Slot> = self.files.iter().chain(&self.secrets).cloned().collect();
        if !self.secrets.is_empty() && matches!(self.on_change, Change::Signal | Change::Exec) {
            return Err(frozen());
        }
        let mut names: Vec<&str> = slots.iter().map(|slot| slot.variable.name()).collect();
        names.sort_unstable();
        let twice = names.iter().zip(names.iter().skip(1)).find(|(name, next)| name == next);
        if let Some((name, _)) = twice {
            return Err(Failure::new(FailureKind::Usage, format!("{name} stands there twice"))
                .safe("nothing was started")
                .hint("give every variable once"));
        }
        Ok(Options {
            command: self.command.clone(),
            slots,
            on_change: self.change(),
            ready: self.ready(),
            pace: self.pace(),
        })
    }

    fn change(&self) -> OnChange {
        match self.on_change {
            Change::Restart if self.stop_first => OnChange::Restart(Order::OldFirst),
            Change::Restart => OnChange::Restart(Order::NewFirst),
            Change::Signal => OnChange::Signal(self.signal),
            Change::Exec => OnChange::Exec(self.exec.clone().unwrap_or_default()),
            Change::None => OnChange::Nothing,
        }
    }

    fn ready(&self) -> Ready {
        match &self.ready_command {
            Some(line) => Ready::Command(line.clone()),
            None if self.ready_notify => Ready::Notify,
            None => Ready::StaysUp(self.ready_after),
        }
    }

    fn pace(&self) -> Pace {
        Pace { jitter: self.jitter, start: self.start_timeout, stop: self.stop_timeout, ..Pace::default() }
    }
}

/// What a person sees of the supervisor's work.
struct Words(Report);

impl Hear for Words {
    fn hear(&self, news: &News) {
        let (tone, head, text) = match news {
            News::Started { child, versions } => {
                (Tone::Busy, "started", format!("process {child}, {}", said(versions)))
            }
            News::Ready { child } => (Tone::Good, "ready", format!("process {child}")),
            News::NotReady { why } => (Tone::Bad, "not ready", why.clone()),
            News::Replaced { child } => (Tone::Good, "ended", format!("process {child}, which had the version before")),
            News::Refreshed { versions } => (Tone::Good, "refreshed", said(versions)),
            News::Postponed { why } => (Tone::Bad, "postponed", format!("{why}; it is tried again")),
        };
        self.0.step(tone, head, &text);
    }
}

fn said(versions: &[(SecretId, VersionNo)]) -> String {
    let each: Vec<String> = versions.iter().map(|(secret, version)| format!("{secret} version {version}")).collect();
    each.join(", ")
}

fn file(text: &str) -> Result<Slot, String> {
    Slot::parse(text, Form::File).map_err(|error| error.to_string())
}

fn variable(text: &str) -> Result<Slot, String> {
    Slot::parse(text, Form::Environment).map_err(|error| error.to_string())
}

fn frozen() -> Failure {
    Failure::new(FailureKind::Usage, "an environment variable cannot change while the command runs")
        .safe("nothing was started")
        .hint("use --file in place of --secret, or --on-change restart")
}

fn unstarted(error: &supervise::Error) -> Failure {
    let hint = match error {
        supervise::Error::Unread(unread) => unread.hint.clone(),
        supervise::Error::Start(_) => "see whether the command runs by itself".to_owned(),
        supervise::Error::Folder(_) => "give XDG_RUNTIME_DIR or TMPDIR a folder with room".to_owned(),
        supervise::Error::Signals(_) => "see what keeps the machine from giving us signals".to_owned(),
    };
    let kind = if matches!(error, supervise::Error::Start(_)) { FailureKind::Usage } else { FailureKind::Unknown };
    Failure::new(kind, "the command was not started").because(error).safe("no file with a secret is left").hint(hint)
}
