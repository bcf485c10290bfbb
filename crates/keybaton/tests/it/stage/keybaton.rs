//! The command as a person runs it: the shipped binary in a folder of its own, with an environment of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use rustix::process::Signal;
use tempfile::TempDir;
use tokio::process::Command;

use super::{Ended, Running};

/// The shipped binary, in a folder of its own.
pub(crate) struct Keybaton {
    folder: TempDir,
    env: Vec<(String, String)>,
}

impl Keybaton {
    /// In an empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), env: Vec::new() }
    }

    /// Sets a variable for every command from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file that only its owner may read.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs a command to its end; its words are separated by spaces.
    pub(crate) async fn run(&self, line: &str) -> Ended {
        self.feed(line, "").await
    }

    /// The same, with something on its standard input.
    pub(crate) async fn feed(&self, line: &str, input: &str) -> Ended {
        end(self.command(line), line, input).await
    }

    /// The same, started by another program: its words come before those of the command.
    pub(crate) async fn run_under(&self, launcher: &[&str], line: &str) -> Ended {
        let mut command = Command::new(launcher[0]);
        command.args(&launcher[1..]).arg(env!("CARGO_BIN_EXE_keybaton")).args(line.split_whitespace());
        end(self.dressed(command), line, "").await
    }

    /// Starts a command that goes on by itself.
    pub(crate) fn start(&self, line: &str) -> Running {
        let mut running = Running::new(self.command(line), line);
        running.deafen();
        running
    }

    /// The same, so that a file that may not grow is an error, as on a full disk, and no end: see [`Running::fill_disks`].
    pub(crate) fn start_on_small_disks(&self, line: &str) -> Running {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_keybaton")]);
        command.args(line.split_whitespace());
        let mut running = Running::new(self.dressed(command), line);
        running.deafen();
        running
    }

    /// Starts a command on a terminal of its own, where a person can type; data and words both come as words.
    pub(crate) fn start_on_terminal(&self, line: &str) -> Running {
        let script = format!("script -qec '{} {line}' /dev/null 1>&2", env!("CARGO_BIN_EXE_keybaton"));
        let mut command = Command::new("sh");
        command.args(["-c", &script]);
        Running::new(self.dressed(command), line)
    }

    /// Rotates a secret until the words contain this, and detaches.
    pub(crate) async fn rotate_until(&self, secret: &str, words: &str) {
        let mut rotate = self.start(&format!("rotate {secret} --wait"));
        rotate.says(words).await;
        rotate.signal(Signal::INT);
        rotate.ended().await.exits(130);
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keybaton"));
        command.args(line.split_whitespace());
        self.dressed(command)
    }

    /// Nothing of the machine's own configuration is seen, and nobody outlives the test.
    fn dressed(&self, mut command: Command) -> Command {
        let home = self.folder.path();
        command.env_clear().current_dir(home).kill_on_drop(true);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", home).env("USER", "tester");
        command.env("XDG_CONFIG_HOME", home.join("xdg")).env("XDG_CONFIG_DIRS", home.join("xdg"));
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// Runs a command to its end.
async fn end(command: Command, line: &str, input: &str) -> Ended {
    let mut running = Running::new(command, line);
    running.hear(input).await;
    running.ended().await
}
