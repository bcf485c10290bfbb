//! The keybaton command: parses what was typed, builds what the configuration names, and hands over to one command.

mod cli;
mod commands;
mod demo;
mod detour;
mod dev;
mod doctor;
mod exit;
mod find;
mod follow;
mod handover;
mod known;
mod memory;
mod reference;
mod remote;
mod report;
mod schema;
mod signal;
mod signals;
mod state;
mod supervisor;
mod telling;
mod upstream;
mod wiring;

use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::{
    cli::{Cli, mistake, welcome},
    exit::Exit,
    report::Report,
};

fn main() -> ExitCode {
    memory::keep_to_ourselves();
    let cli = match Cli::typed() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let report = Report::new(&cli.global);
    if let Err(failure) = remote::here::refuse(&cli.command, &cli.global) {
        return end(Err(failure), &report);
    }
    if let Some(ended) = commands::plain(&cli, &report) {
        return end(ended, &report);
    }
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        report.words("warning: another TLS provider was installed before ours");
    }
    log(&cli.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            report.words(&format!("error: the asynchronous runtime did not start: {error}"));
            return Exit::Unknown.into();
        }
    };
    let ended = runtime.block_on(commands::run(&cli, &report));
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    end(ended, &report)
}

fn end(ended: commands::Ended, report: &Report) -> ExitCode {
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            report.failure(&failure);
            Exit::from(failure.kind).into()
        }
    }
}

/// Help and version are data; a mistake is said as every other error is; the bare name is answered with where to begin.
fn usage(error: &clap::Error) -> ExitCode {
    let typed: Vec<_> = std::env::args_os().collect();
    let report = Report::early(&typed);
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && typed.len() < 2 {
        welcome::say(&report);
        return Exit::Usage.into();
    }
    let Some(failure) = mistake::failure(error, &typed) else {
        let _ = error.print();
        return Exit::Done.into();
    };
    report.failure(&failure);
    Exit::Usage.into()
}

fn log(global: &cli::Global) {
    let level = if global.verbose { "keybaton=debug,keybaton_engine=debug,warn" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("KEYBATON_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
