//! The sandbox as a process of its own, for examples and end-to-end tests.
//!
//! It prints `listening on http://…` on stdout when it is ready, and stops on SIGTERM or SIGINT.

mod flags;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use keybaton_sandbox::Sandbox;
use tokio::signal::unix::{SignalKind, signal};

use crate::flags::Flags;

const USAGE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when stderr is closed.
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::from(if error.kind() == io::ErrorKind::InvalidInput { USAGE } else { 1 })
        }
    }
}

async fn run(flags: Flags) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let sandbox = Sandbox::start(flags.into_options()?).await?;
    {
        let mut out = io::stdout().lock();
        writeln!(out, "listening on {}", sandbox.url())?;
        out.flush()?;
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    sandbox.stop().await;
    Ok(())
}
