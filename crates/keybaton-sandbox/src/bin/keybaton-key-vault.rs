//! The key vault of the sandbox as a process of its own, for examples.
//!
//! It prints `listening on https://…` on stdout when it is ready, and stops on SIGTERM or SIGINT.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use keybaton_sandbox::key_vault::{KeyVault, Right};
use tokio::signal::unix::{SignalKind, signal};

/// A key vault of Azure on loopback, with one directory of applications
#[derive(Parser)]
#[command(name = "keybaton-key-vault", version)]
struct Flags {
    /// The certificate, for 127.0.0.1
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    /// Its key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// An application that may get, list and set secrets, and the file with its client secret
    #[arg(long, value_name = "ID=FILE")]
    officer: Vec<String>,
    /// An application that may get secrets, and the file with its client secret
    #[arg(long, value_name = "ID=FILE")]
    user: Vec<String>,
    /// A secret that is there, and the file with its value
    #[arg(long, value_name = "NAME=FILE")]
    secret: Vec<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when stderr is closed.
            drop(writeln!(io::stderr(), "error: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: &Flags) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let vault = KeyVault::start(&flags.certificate, &flags.key)?;
    let officer: &[Right] = &[Right::Get, Right::List, Right::Set];
    for (applications, rights) in [(&flags.officer, officer), (&flags.user, &[Right::Get])] {
        for application in applications {
            let (id, secret) = pair(application)?;
            vault.by_secret(id, &secret);
            vault.allow(id, rights);
        }
    }
    for secret in &flags.secret {
        let (name, value) = pair(secret)?;
        if !vault.put(name, &value) {
            return Err(io::Error::other(format!("{name} cannot be the name of a secret")));
        }
    }
    {
        let mut out = io::stdout().lock();
        writeln!(out, "listening on {}", vault.url())?;
        out.flush()?;
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Reads `ID=FILE`, and the file without its last newline: what is secret is never an argument.
fn pair(text: &str) -> io::Result<(&str, String)> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidInput, format!("{text}: it is NAME=FILE"));
    let (name, file) = text.split_once('=').ok_or_else(wrong)?;
    let value = std::fs::read_to_string(Path::new(file))?;
    Ok((name, value.trim_end_matches('\n').to_owned()))
}
