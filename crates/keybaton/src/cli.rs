//! What can be typed: the tree of commands and the flags that all of them share.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    adopt::AdoptArgs, audit::AuditArgs, config::ConfigArgs, consumers::ConsumersArgs, demo::DemoArgs,
    explain::ExplainArgs, get::GetArgs, init::InitArgs, plan::PlanArgs, resume::ResumeArgs, revoke::RevokeArgs,
    rollback::RollbackArgs, rotate::RotateArgs, serve::ServeArgs, status::StatusArgs, tick::TickArgs,
};

/// Rotates API keys, passwords and tokens without downtime: two keys overlap until every consumer has moved.
#[derive(Debug, Parser)]
#[command(name = "keybaton", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done or yes, 1 the answer is no, 2 usage or configuration, 3 could not determine, \
                        4 rolled back, 5 held for a human, 6 still draining, 130 interrupted (state kept)."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The configuration file [default: ./keybaton.toml, the XDG path, /etc/keybaton/keybaton.toml]
    #[arg(long, global = true, value_name = "FILE", env = "KEYBATON_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Never ask anything
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
    /// Colour: never set, it follows the terminal and `NO_COLOR`
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
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

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch a full rotation, a straggler and an automatic rollback, live (no accounts needed)
    Demo(DemoArgs),
    /// Write keybaton.toml, the master key and the state database
    Init(InitArgs),
    /// List keys, oldest first, with age, phase, next rotation and stragglers
    Status(StatusArgs),
    /// Take over an existing key without changing it
    Adopt(AdoptArgs),
    /// Show what a rotation would do, and what could go wrong
    Plan(PlanArgs),
    /// Rotate a key now and follow it
    Rotate(RotateArgs),
    /// Make the previous key current again
    Rollback(RollbackArgs),
    /// End the overlap now, whoever still uses the old key
    Revoke(RevokeArgs),
    /// Go on after a hold that waits for a person
    Resume(ResumeArgs),
    /// Say in words why a key is in its state and what happens next
    Explain(ExplainArgs),
    /// Show who uses which key, or record that somebody has moved
    Consumers(ConsumersArgs),
    /// Print the current value (needs --reveal; it is audited)
    Get(GetArgs),
    /// Do all due work once, for cron and timers
    Tick(TickArgs),
    /// Run the rotation server
    Serve(ServeArgs),
    /// Read, check or export the audit
    Audit(AuditArgs),
    /// Check, show or describe the configuration
    Config(ConfigArgs),
}
