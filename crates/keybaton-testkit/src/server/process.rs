//! A server's process: who it runs as, its signals, its end.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, geteuid, kill_process};

use super::spawner;

/// How long a server may take to end or to stop when asked.
const GRACE: Duration = Duration::from_secs(3);

/// The user that servers run as; some refuse to run as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// Its number and its group's; `None` where we are not root and servers run as ourselves.
    pub(super) ids: Option<(u32, u32)>,
}

impl Account {
    /// The named user when we are root (`nobody` where there is none), ourselves otherwise.
    pub(super) fn of(user: &str) -> Self {
        let ids = geteuid().is_root().then(|| lookup(user).unwrap_or((65534, 65534)));
        Self { ids }
    }

    /// A command that runs as this user and dies with the thread that spawns it.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.ids {
            command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
        }
        command.args(["--pdeathsig", "KILL", "--"]).arg(program).stdin(Stdio::null()).env("LC_ALL", "C");
        command
    }

    /// Gives a path to this user.
    pub(super) fn own(self, path: &Path) {
        if let Some((user, group)) = self.ids {
            std::os::unix::fs::chown(path, Some(user), Some(group)).expect("give a server its folder");
        }
    }
}

/// A running server; it is stopped when dropped.
pub(super) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with its output appended to `log`.
    pub(super) fn start(mut command: Command, log: &Path) -> Self {
        let out = fs::File::options().append(true).create(true).open(log).expect("open the server's log");
        command.stderr(out.try_clone().expect("share the server's log")).stdout(out);
        let child = spawner::spawn(command).expect("start a server through setpriv (package util-linux)");
        Self { child, log: log.to_owned() }
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("look after a server")
    }

    /// Everything that it wrote.
    pub(super) fn log(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The end of what it wrote, for a failure's message.
    pub(super) fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Sends a signal to the server alone.
    pub(super) fn signal(&self, signal: Signal) {
        send(self.pid(), signal);
    }

    /// Sends a signal to the server and then to each of its children.
    pub(super) fn signal_all(&self, signal: Signal) {
        let children = children(self.child.id());
        self.signal(signal);
        children.into_iter().filter_map(Pid::from_raw).for_each(|child| send(child, signal));
    }

    /// Stops the server and its children, and waits until none of their threads runs any more.
    pub(super) fn freeze_all(&self) {
        self.signal_all(Signal::STOP);
        let patience = Instant::now() + GRACE;
        while !std::iter::once(self.child.id().cast_signed()).chain(children(self.child.id())).all(is_stopped) {
            assert!(Instant::now() < patience, "the server does not stop");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for the end, and after a while forces it.
    pub(super) fn wait(&mut self) -> ExitStatus {
        let patience = Instant::now() + GRACE;
        while Instant::now() < patience {
            if let Some(status) = self.ended() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.signal_all(Signal::KILL);
        self.child.wait().unwrap_or_else(|_| ExitStatus::from_raw(0))
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal_all(Signal::CONT);
            self.signal(Signal::INT);
            self.wait();
        }
    }
}

/// A process that has ended already needs no signal.
fn send(to: Pid, signal: Signal) {
    let _ = kill_process(to, signal);
}

fn children(of: u32) -> Vec<i32> {
    let path = format!("/proc/{of}/task/{of}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect()
}

/// Whether every thread of a process is stopped or gone.
fn is_stopped(process: i32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return true };
    threads.flatten().all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['T', 't', 'Z', 'X']))
    })
}

fn lookup(user: &str) -> Option<(u32, u32)> {
    let text = fs::read_to_string("/etc/passwd").ok()?;
    let row = text.lines().find(|row| row.split(':').next() == Some(user))?;
    let mut fields = row.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
