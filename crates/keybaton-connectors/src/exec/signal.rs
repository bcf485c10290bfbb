//! The process group of a program: ended as a whole, whoever it has started.

use rustix::process::{Pid, Signal, kill_process_group};

/// A process group; killed when dropped.
pub(super) struct Group(Option<Pid>);

impl Group {
    /// The group of a process that leads one.
    pub(super) fn of(id: Option<u32>) -> Self {
        Self(id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    /// Asks everybody in it to end.
    pub(super) fn ask(&self) {
        self.send(Signal::TERM);
    }

    /// Ends everybody in it. Afterwards the number may be somebody else's, so it is used no more.
    pub(super) fn end(&mut self) {
        self.send(Signal::KILL);
        self.0 = None;
    }

    fn send(&self, signal: Signal) {
        if let Some(pid) = self.0 {
            // Nobody left is what we wanted.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}
