//! A seat: who reads over one connection, and what it was handed last. Whoever asks for the same again is answered without
//! a lock that other connections share: its report was handed over the first time.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::header::HeaderValue;
use keybaton_types::{Moment, VersionNo};
use tokio::net::unix::UCred;

use super::desk::Entry;
use super::sheet::Sheet;

/// What the kernel says of whoever connected to a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    pub(super) user: u32,
    pub(super) group: u32,
    process: Option<i32>,
}

impl From<UCred> for Peer {
    fn from(credentials: UCred) -> Self {
        Self { user: credentials.uid(), group: credentials.gid(), process: credentials.pid() }
    }
}

impl Peer {
    /// The name of a reader that gives none: its user, and the process with its start, so that another process that gets
    /// the same number later is another reader.
    fn name(&self) -> String {
        let user = format!("local.uid{}", self.user);
        let Some(process) = self.process else { return user };
        match std::fs::read_to_string(format!("/proc/{process}/stat")).ok().as_deref().and_then(start) {
            Some(start) => format!("{user}.pid{process}-{start}"),
            None => format!("{user}.pid{process}"),
        }
    }
}

/// When a process started, in ticks of the machine: the 22nd field of `/proc/PID/stat`, where the second may have spaces and
/// brackets in it (proc(5)).
fn start(stat: &str) -> Option<&str> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19)
}

/// Who reads over one connection.
pub(super) struct Seat {
    /// The name of whoever gives none.
    pub(super) reader: String,
    /// Who connected, where the kernel knows.
    pub(super) peer: Option<Peer>,
    last: Mutex<Option<Last>>,
}

/// What was handed out last.
struct Last {
    path: Box<str>,
    instance: Option<HeaderValue>,
    entry: Arc<Entry>,
    version: VersionNo,
}

impl Seat {
    /// On loopback: whoever gives no name shares one with all the others that give none.
    pub(super) fn on_loopback() -> Self {
        Self { reader: "local".to_owned(), peer: None, last: Mutex::default() }
    }

    /// On a socket.
    pub(super) fn of(peer: Peer) -> Self {
        Self { reader: peer.name(), peer: Some(peer), last: Mutex::default() }
    }

    /// The answer of this second to the same question as the last one, if it is of the version that was handed out then.
    pub(super) fn again(&self, path: &str, instance: Option<&HeaderValue>, now: Moment) -> Option<Arc<Sheet>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let last = last.as_ref().filter(|last| *last.path == *path && last.instance.as_ref() == instance)?;
        last.entry.hit(now).filter(|sheet| sheet.version == last.version)
    }

    /// Remembers what was handed out, and that keybaton will hear of it.
    pub(super) fn remember(&self, path: &str, instance: Option<&HeaderValue>, entry: &Arc<Entry>, version: VersionNo) {
        let last = Last { path: path.into(), instance: instance.cloned(), entry: Arc::clone(entry), version };
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_process_is_found_behind_any_name() {
        let fields: Vec<String> = (3..=30).map(|no| no.to_string()).collect();
        let stat = format!("42 (a ) b (c) {}", fields.join(" "));
        assert_eq!(start(&stat), Some("22"));
        assert_eq!(start("42 (short) S 1"), None);
    }

    #[test]
    fn a_reader_without_a_name_is_named_after_its_process() {
        let process = i32::try_from(std::process::id()).unwrap();
        let name = Peer { user: 7, group: 7, process: Some(process) }.name();
        assert!(name.starts_with(&format!("local.uid7.pid{process}-")), "{name}");
        assert_eq!(Peer { user: 7, group: 7, process: None }.name(), "local.uid7");
    }
}
