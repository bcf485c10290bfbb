//! A process of the benchmark: this program again, in another role. It ends when its stdin does.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::Bad;
use crate::asker::Place;

const ROLE: &str = "BENCH_ROLE";
const UPSTREAM: &str = "BENCH_UPSTREAM";
const FOLDER: &str = "BENCH_FOLDER";

/// What a process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// An agent.
    Agent,
    /// A bare server.
    Floor,
}

impl Role {
    pub(crate) fn of_this_process() -> Option<Self> {
        match env::var(ROLE).ok()?.as_str() {
            "agent" => Some(Self::Agent),
            "floor" => Some(Self::Floor),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Floor => "floor",
        }
    }
}

/// Where the keybaton of the benchmark is.
pub(crate) fn upstream() -> Result<String, Bad> {
    Ok(env::var(UPSTREAM)?)
}

/// The folder of the benchmark.
pub(crate) fn folder() -> Result<PathBuf, Bad> {
    Ok(PathBuf::from(env::var_os(FOLDER).ok_or("no folder")?))
}

/// Says where it listens, and waits until it may end.
#[expect(clippy::print_stdout, reason = "the parent reads where its child listens")]
pub(crate) async fn ready(loopback: &str) -> Result<(), Bad> {
    println!("{loopback}");
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}

/// A running process.
pub(crate) struct Process {
    pub(crate) loopback: Place,
    pub(crate) socket: Place,
    child: Child,
}

impl Process {
    pub(crate) async fn start(role: Role, upstream: &str, folder: &Path) -> Result<Self, Bad> {
        let mut command = Command::new(env::current_exe()?);
        command.env(ROLE, role.word()).env(UPSTREAM, upstream).env(FOLDER, folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
        let address = lines.next_line().await?.ok_or("it did not start")?.parse()?;
        Ok(Self { loopback: Place::Loopback(address), socket: Place::Socket(socket(role, folder)), child })
    }

    /// The memory of the process, in KiB.
    pub(crate) fn memory(&self) -> Result<u64, Bad> {
        let id = self.child.id().ok_or("it has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

/// The socket of a role.
pub(crate) fn socket(role: Role, folder: &Path) -> PathBuf {
    folder.join(format!("{}.sock", role.word()))
}
