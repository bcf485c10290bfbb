//! What a supervisor is told to do.

use std::ffi::OsString;
use std::time::Duration;

use rustix::process::Signal;

use super::slot::Slot;

/// What a supervisor is told to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// What the child gets.
    pub slots: Vec<Slot>,
    /// What happens on a new version.
    pub on_change: OnChange,
    /// When a child counts as ready.
    pub ready: Ready,
    /// How long things may take.
    pub pace: Pace,
}

/// What happens on a new version.
#[derive(Clone, Debug)]
pub enum OnChange {
    /// Another child is started with it.
    Restart(Order),
    /// The files are replaced, then the child gets this signal.
    Signal(Signal),
    /// The files are replaced, then this runs in a shell, with the child's number in `KEYBATON_CHILD`.
    Exec(String),
    /// The files are replaced; the child reads them when it likes.
    Nothing,
}

/// Which child goes first in a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The new one comes, and the old one goes when it is ready.
    NewFirst,
    /// The old one goes, then the new one comes: for a command that holds a port or a lock.
    OldFirst,
}

/// When a child counts as ready.
#[derive(Clone, Debug)]
pub enum Ready {
    /// It stayed up for so long.
    StaysUp(Duration),
    /// This ended well in a shell; it is run every second, with the child's number in `KEYBATON_CHILD`.
    Command(String),
    /// It said `READY=1` on the socket of `sd_notify(3)`.
    Notify,
}

impl Ready {
    /// How long a child has to stay up when nobody says anything.
    pub const USUAL: Duration = Duration::from_secs(2);
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long it is quiet before a burst of changes counts as over.
    pub settle: Duration,
    /// The most that is waited at random after that, so that many machines do not act at once.
    pub jitter: Duration,
    /// How long a child may take to become ready.
    pub start: Duration,
    /// How long a child may take to end before it is killed; also the limit of `OnChange::Exec`.
    pub stop: Duration,
    /// The first pause before a child that did not become ready is tried again; it doubles up to five minutes.
    pub retry: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            settle: Duration::from_millis(500),
            jitter: Duration::from_secs(3),
            start: Duration::from_mins(1),
            stop: Duration::from_secs(10),
            retry: Duration::from_secs(5),
        }
    }
}
