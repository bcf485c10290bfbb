//! What can be typed: the tree of commands and the flags that all of them share.

pub(crate) mod help;
pub(crate) mod mistake;
pub(crate) mod welcome;

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use keybaton_connectors::registry;

use crate::commands::{
    adopt::AdoptArgs,
    agent::AgentArgs,
    alert::AlertArgs,
    audit::AuditArgs,
    check::CheckArgs,
    completions::{CompleteSecretsArgs, CompletionsArgs},
    config::ConfigArgs,
    connector::ConnectorArgs,
    consumers::ConsumersArgs,
    demo::DemoArgs,
    dev::DevArgs,
    doctor::DoctorArgs,
    explain::ExplainArgs,
    get::GetArgs,
    history::HistoryArgs,
    hook::HookArgs,
    init::InitArgs,
    man::ManArgs,
    needs_rotation::NeedsRotationArgs,
    pause::PauseArgs,
    plan::PlanArgs,
    resume::ResumeArgs,
    revoke::RevokeArgs,
    rollback::RollbackArgs,
    rotate::RotateArgs,
    run::RunArgs,
    scan::ScanArgs,
    serve::ServeArgs,
    state::StateArgs,
    status::StatusArgs,
    tick::TickArgs,
    token::TokenArgs,
};

/// What stands below the list of commands.
const AFTER: &str = "Examples:\n  keybaton init\n  keybaton adopt payments/prod --id key_1 < FILE\n  \
                     keybaton rotate payments/prod --wait\n\n\
                     Exit codes: 0 done or yes, 1 the answer is no, 2 usage or configuration, 3 could not determine, \
                     4 rolled back, 5 held for a human, 6 still draining, 130 interrupted (state kept).";

/// Rotates API keys, passwords and tokens without downtime: two keys overlap until every consumer has moved.
#[derive(Debug, Parser)]
#[command(name = "keybaton", version, about, long_about = None, max_term_width = help::WIDEST)]
#[command(after_help = AFTER)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Cli {
    /// Reads what was typed.
    pub(crate) fn typed() -> Result<Self, clap::Error> {
        if let Some(cli) = Self::scan_alone().or_else(Self::hook_alone) {
            return Ok(cli);
        }
        let matches = Self::arranged().try_get_matches()?;
        Self::from_arg_matches(&matches)
    }

    /// The same for `scan` by itself, which stands before every commit: the tree of all commands costs more than a scan.
    /// What this does not understand, help included, is for the whole tree.
    fn scan_alone() -> Option<Self> {
        let mut words = std::env::args_os().skip(1);
        let name = words.next().filter(|word| word == "scan")?;
        let command = ScanArgs::augment_args(Global::augment_args(clap::Command::new("scan")));
        let matches = command.try_get_matches_from(std::iter::once(name).chain(words)).ok()?;
        let args = ScanArgs::from_arg_matches(&matches).ok()?;
        Some(Self { global: Global::from_arg_matches(&matches).ok()?, command: Command::Scan(args) })
    }

    /// The same for `hook`, which is what git starts.
    fn hook_alone() -> Option<Self> {
        let mut words = std::env::args_os().skip(1);
        let name = words.next().filter(|word| word == "hook")?;
        let command = HookArgs::augment_args(Global::augment_args(clap::Command::new("hook")));
        let matches = command.try_get_matches_from(std::iter::once(name).chain(words)).ok()?;
        let args = HookArgs::from_arg_matches(&matches).ok()?;
        Some(Self { global: Global::from_arg_matches(&matches).ok()?, command: Command::Hook(args) })
    }

    /// Whether the first word of a line is a command.
    pub(crate) fn knows(line: &str) -> bool {
        line.split(' ').next().is_some_and(|word| Self::command().find_subcommand(word).is_some())
    }

    /// The commands as people see them.
    pub(crate) fn arranged() -> clap::Command {
        help::arranged(Self::command()).long_version(long_version())
    }
}

/// What `--version` says: the number, what this binary reads, and what it reaches.
fn long_version() -> String {
    let connectors: Vec<&str> = registry::ALL.iter().map(|kind| kind.name).collect();
    let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
    let number = env!("CARGO_PKG_VERSION");
    format!("{number} ({arch} {os})\nconfiguration: version 1\nconnectors: {}", connectors.join(", "))
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The configuration [default: ./keybaton.toml, the XDG path, /etc/keybaton/keybaton.toml]
    #[arg(long, global = true, value_name = "FILE", env = "KEYBATON_CONFIG", hide_env_values = true)]
    pub(crate) config: Option<PathBuf>,
    /// Work through a server, at `https://HOST`, `http://127.0.0.1:PORT` or `unix:PATH` [env: `KEYBATON_SERVER`]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// The access token for the server, in a file [env: `KEYBATON_TOKEN` holds the token itself]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Trust the certificates in this file for the server, and no others
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Never ask anything
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Colour: auto (follows the terminal and `NO_COLOR`), always or never
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub(crate) color: ColorChoice,
    /// Say more on stderr
    #[arg(long, short, global = true)]
    pub(crate) verbose: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, and never with `NO_COLOR`.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands, by the headings of `cli/help.rs`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    // Start
    /// Watch a full rotation, a straggler and an automatic rollback, live (no accounts needed)
    Demo(DemoArgs),
    /// Find likely keys here, and write keybaton.toml, the master key and the state database
    Init(InitArgs),
    /// Try everything out on this machine: a sandbox API, keys of its own, and a running server
    #[command(alias = "up")]
    Dev(DevArgs),
    // Everyday
    /// List keys, oldest first, with age, phase, next rotation and stragglers
    #[command(alias = "ls")]
    Status(StatusArgs),
    /// Take over an existing key without changing it
    #[command(alias = "import")]
    Adopt(AdoptArgs),
    /// Show what a rotation would do, and what could go wrong
    Plan(PlanArgs),
    /// Rotate a key now and follow it
    Rotate(RotateArgs),
    /// Make the previous key current again
    Rollback(RollbackArgs),
    /// End the overlap now, whoever still uses the old key
    Revoke(RevokeArgs),
    /// Stop the schedules of a key, an owner or everything for a while
    Pause(PauseArgs),
    /// End a pause, or go on after a hold that waits for a person
    Resume(ResumeArgs),
    /// Say in words why a key is in its state and what happens next
    Explain(ExplainArgs),
    /// Read a key as its consumers do, try it, and say which version works or does not
    Check(CheckArgs),
    /// Show how rotations went, with the time that each phase took
    History(HistoryArgs),
    /// Show who uses which key, or record that somebody has moved
    Consumers(ConsumersArgs),
    // Use a secret
    /// Print the current value (needs --reveal; it is audited)
    Get(GetArgs),
    /// Run a command with its secrets, and move it to each new version
    Run(RunArgs),
    /// Hand secrets out on this machine and keep files, for services in any language
    Agent(AgentArgs),
    // Safety
    /// Look for credentials in files, in what is staged, or on stdin
    Scan(ScanArgs),
    /// Stand before every commit and push, so that no key gets into a repository
    Hook(HookArgs),
    /// Say by the exit code whether a key is due, for scripts
    NeedsRotation(NeedsRotationArgs),
    /// Read, check or export the audit
    Audit(AuditArgs),
    // Operate
    /// Run the rotation server
    Serve(ServeArgs),
    /// Do all due work once, for cron and timers
    Tick(TickArgs),
    /// Check, show or describe the configuration
    Config(ConfigArgs),
    /// List, show or test connectors, or begin with a new one
    Connector(ConnectorArgs),
    /// List alerts and the channels that tell of them, or try a channel
    Alert(AlertArgs),
    /// Print a script that completes commands and names in a shell
    Completions(CompletionsArgs),
    /// Print the names of all secrets
    #[command(hide = true)]
    CompleteSecrets(CompleteSecretsArgs),
    /// Print the manual page, or write all of them
    Man(ManArgs),
    /// Check configuration, state, clocks, keys, issuers, probes and vaults, and say what to do
    Doctor(DoctorArgs),
    /// Show, back up or restore the state database
    State(StateArgs),
    /// Make, list or revoke access tokens, for consumers and for operators
    Token(TokenArgs),
}
