//! How far a long scan is: one line on a terminal that is written over, and nothing anywhere else.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::Mutex,
    time::{Duration, Instant},
};

use keybaton_scan::git::Progress;

/// How often the line changes.
const EVERY: Duration = Duration::from_millis(200);

/// A line on a terminal.
pub(super) struct Line(Option<Mutex<Instant>>);

impl Line {
    pub(super) fn new() -> Self {
        Self(std::io::stderr().is_terminal().then(|| Mutex::new(Instant::now())))
    }

    /// Shows how far it is, if it was not shown just now.
    pub(super) fn show(&self, at: Progress) {
        let Some(last) = &self.0 else { return };
        let Ok(mut last) = last.try_lock() else { return };
        if last.elapsed() < EVERY {
            return;
        }
        *last = Instant::now();
        // a terminal that has gone away misses nothing
        let _ = write!(std::io::stderr(), "\r{} of {} objects\x1b[K", at.objects, at.all.max(at.objects));
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        if self.0.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
