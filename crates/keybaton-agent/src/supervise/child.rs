//! One child with its edition: started, told, ended as a whole.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::Command;
use tokio::time::timeout;

use super::edition::{Edition, Files};
use super::ended::Ended;
use super::options::Options;
use super::orphans::Own;
use super::terminal::Terminal;

/// What of our own environment is not the child's business.
const OURS: [&str; 3] = ["KEYBATON_TOKEN", "KEYBATON_TOKEN_FILE", "NOTIFY_SOCKET"];

/// One child. When it is dropped, the order is that of the fields: its group is killed, its files are erased, and then
/// its versions are let go.
pub(super) struct Child {
    group: Group,
    process: tokio::process::Child,
    _own: Own,
    files: Files,
    editions: Vec<Edition>,
}

impl Child {
    /// Starts the command with an edition, in files of its own below `private`.
    pub(super) fn start(
        options: &Options,
        terminal: Terminal,
        edition: Edition,
        private: &Path,
        number: u64,
        notify: Option<&Path>,
    ) -> Result<Self, String> {
        let files = Files::make(private, number).map_err(|error| format!("the private folder refuses: {error}"))?;
        edition.write(&files).map_err(|error| format!("a file for the child cannot be written: {error}"))?;
        let (program, arguments) = options.command.split_first().ok_or("there is no command")?;
        let mut command = Command::new(program);
        command.args(arguments);
        for name in OURS {
            command.env_remove(name);
        }
        edition.equip(&mut command, &files)?;
        if let Some(socket) = notify {
            command.env("NOTIFY_SOCKET", socket);
        }
        if terminal == Terminal::None {
            command.process_group(0);
        }
        let process = command.spawn().map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
        let own = Own::new(process.id());
        let pid = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { group: Group { pid, terminal }, process, _own: own, files, editions: vec![edition] })
    }

    /// Its number; zero when it is gone.
    pub(super) fn id(&self) -> u32 {
        self.process.id().unwrap_or_default()
    }

    /// Waits until it has ended; may be given up and begun again.
    pub(super) async fn ended(&mut self) -> Ended {
        match self.process.wait().await {
            Ok(status) => {
                self.group.end();
                status.into()
            }
            Err(error) => {
                tracing::error!(%error, "a child was lost");
                Ended::Code(u8::MAX)
            }
        }
    }

    /// Passes a signal to the process itself, and to nobody that it has started: that is its own business.
    pub(super) fn tell(&self, signal: Signal) {
        self.group.send_alone(signal);
    }

    /// Asks it to end, and kills it when it does not in time.
    pub(super) async fn end(&mut self, patience: Duration) -> Ended {
        self.tell(Signal::TERM);
        if let Ok(ended) = timeout(patience, self.ended()).await {
            return ended;
        }
        self.group.send(Signal::KILL);
        self.ended().await
    }

    /// Puts another edition into its files. The one before stays held: the child may still use it.
    pub(super) fn refresh(&mut self, edition: Edition) -> std::io::Result<()> {
        edition.write(&self.files)?;
        if self.edition().is_some_and(|last| last.versions() == edition.versions()) {
            self.editions.pop();
        }
        self.editions.push(edition);
        Ok(())
    }

    /// What it has now.
    pub(super) fn edition(&self) -> Option<&Edition> {
        self.editions.last()
    }
}

/// The process group of a child; killed when dropped. On a terminal the child stays in ours, so that the terminal
/// stays its own, and only the child itself is told.
struct Group {
    pid: Option<Pid>,
    terminal: Terminal,
}

impl Group {
    fn send(&self, signal: Signal) {
        let Some(pid) = self.pid else { return };
        // Nobody left is no error.
        let _ = match self.terminal {
            Terminal::Foreground => kill_process(pid, signal),
            Terminal::None => kill_process_group(pid, signal),
        };
    }

    fn send_alone(&self, signal: Signal) {
        if let Some(pid) = self.pid {
            let _ = kill_process(pid, signal);
        }
    }

    /// The child itself has ended and was waited for: whoever it left behind is ended. Afterwards the number may be
    /// somebody else's.
    fn end(&mut self) {
        if self.terminal == Terminal::None {
            self.send(Signal::KILL);
        }
        self.pid = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.send(Signal::KILL);
    }
}

/// Runs a line in a shell, quietly, within a time; whether it ended well.
pub(super) async fn shell(line: &str, child: u32, limit: Duration) -> Result<(), String> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).env("KEYBATON_CHILD", child.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
    for name in OURS {
        command.env_remove(name);
    }
    let mut running = command.kill_on_drop(true).process_group(0).spawn().map_err(|error| error.to_string())?;
    let _own = Own::new(running.id());
    let pid = running.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let mut group = Group { pid, terminal: Terminal::None };
    match timeout(limit, running.wait()).await {
        Ok(Ok(status)) => {
            group.end();
            if status.success() { Ok(()) } else { Err(format!("it {}", Ended::from(status))) }
        }
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => {
            group.send(Signal::KILL);
            let _ = running.wait().await;
            group.end();
            Err(format!("it took longer than {}", keybaton_types::show_duration(limit)))
        }
    }
}
