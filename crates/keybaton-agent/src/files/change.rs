//! What happens when a file has changed: somebody is told.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Command;
use tokio::time::timeout;

/// The most that is read of a pid file.
const LONGEST: usize = 32;

/// Who is told when a file has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The process whose number stands in a file.
    PidFile {
        /// The signal.
        signal: Signal,
        /// The file.
        path: PathBuf,
    },
    /// Every process of this name (`/proc/PID/comm`).
    Process {
        /// The signal.
        signal: Signal,
        /// The name, of which the kernel keeps 15 characters.
        name: String,
    },
    /// A program with its arguments, without a shell.
    Command {
        /// The program and its arguments.
        line: Vec<String>,
        /// How long it may take.
        limit: Duration,
    },
}

impl Change {
    /// Tells; what failed is said in words.
    pub(super) async fn tell(&self) -> Result<(), String> {
        match self {
            Self::PidFile { signal, path } => {
                let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                let number = text.trim().parse().ok().filter(|number| *number > 1 && text.len() <= LONGEST);
                let pid = number.and_then(Pid::from_raw);
                let pid = pid.ok_or_else(|| format!("{} holds no number of a process", path.display()))?;
                kill_process(pid, *signal).map_err(|error| format!("process {pid}: {error}"))
            }
            Self::Process { signal, name } => {
                let found = named(name);
                if found.is_empty() {
                    return Err(format!("no process is called {name}"));
                }
                found
                    .into_iter()
                    .try_for_each(|pid| kill_process(pid, *signal).map_err(|error| format!("process {pid}: {error}")))
            }
            Self::Command { line, limit } => run(line, *limit).await,
        }
    }
}

/// Every process with this name but ourselves.
fn named(name: &str) -> Vec<Pid> {
    let short: String = name.chars().take(15).collect();
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let fits =
        all.filter(|entry| fs::read_to_string(entry.path().join("comm")).is_ok_and(|comm| comm.trim_end() == short));
    let pids = fits.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    pids.filter(|pid| *pid != rustix::process::getpid()).collect()
}

async fn run(line: &[String], limit: Duration) -> Result<(), String> {
    let (program, arguments) = line.split_first().ok_or("there is no command")?;
    let mut command = Command::new(program);
    command.args(arguments).env_remove("KEYBATON_TOKEN").process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut running = command.spawn().map_err(|error| format!("{program}: {error}"))?;
    let pid = running.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let ended = timeout(limit, running.wait()).await;
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("{program} ended with {status}")),
        Ok(Err(error)) => Err(format!("{program}: {error}")),
        Err(_) => {
            if let Some(pid) = pid {
                let _ = kill_process_group(pid, Signal::KILL);
            }
            Err(format!("{program} took longer than {}", keybaton_types::show_duration(limit)))
        }
    }
}
