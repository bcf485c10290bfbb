//! A server's process as a test treats it: awaited, frozen, thawed, killed, and perhaps none at the moment.

use std::fmt::Display;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::process::Process;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server's process, where it runs.
#[derive(Default)]
pub(super) struct Running(Option<Process>);

/// A server's process that does not answer yet.
pub(super) struct Starting {
    what: &'static str,
    process: Process,
    patience: Instant,
}

impl Starting {
    /// Starts the process of a server.
    pub(super) fn new(what: &'static str, command: Command, log: &Path) -> Self {
        Self { what, process: Process::start(command, log), patience: Instant::now() + PATIENCE }
    }

    /// Waits a little after it did not answer by its own protocol; in the end that fails the test.
    pub(super) async fn patience(&mut self, error: &(dyn Display + Sync)) {
        let (what, ended) = (self.what, self.process.ended());
        let hopeful = ended.is_none() && Instant::now() < self.patience;
        assert!(hopeful, "no {what} ({ended:?}, {error}); its log ends with\n{}", self.process.log_tail());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    /// It answers.
    pub(super) fn runs(self) -> Running {
        Running(Some(self.process))
    }
}

impl Running {
    /// Freezes it and its children; when this returns, nothing of them runs.
    pub(super) fn freeze(&self) {
        self.process().freeze_all();
    }

    /// Lets it go on.
    pub(super) fn thaw(&self) {
        self.process().signal_all(Signal::CONT);
    }

    /// Kills it and its children where they stand.
    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.0.take() {
            process.signal_all(Signal::KILL);
            process.wait();
        }
    }

    /// Stops it in an orderly way.
    pub(super) fn stop(&mut self) {
        drop(self.0.take());
    }

    /// Everything that it has logged.
    pub(super) fn log(&self) -> String {
        self.process().log()
    }

    fn process(&self) -> &Process {
        self.0.as_ref().expect("the server is stopped")
    }
}
