//! Waits until a child is ready.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::UnixDatagram;
use tokio::time::sleep;

use super::child::shell;
use super::options::{Pace, Ready};

/// How often a command is asked.
const EVERY: Duration = Duration::from_secs(1);

/// What says that one child is ready.
pub(super) enum Sign {
    /// Time.
    After(Duration),
    /// A command.
    Command(String),
    /// The child itself, on this socket.
    Socket(UnixDatagram, PathBuf),
}

impl Sign {
    /// Prepares what the child needs before it starts.
    pub(super) fn prepare(ready: &Ready, private: &Path, number: u64) -> io::Result<Self> {
        match ready {
            Ready::StaysUp(span) => Ok(Self::After(*span)),
            Ready::Command(line) => Ok(Self::Command(line.clone())),
            Ready::Notify => {
                let path = private.join(format!("notify-{number}"));
                Ok(Self::Socket(UnixDatagram::bind(&path)?, path))
            }
        }
    }

    /// The socket that the child speaks to.
    pub(super) fn socket(&self) -> Option<&Path> {
        match self {
            Self::Socket(_, path) => Some(path),
            Self::After(_) | Self::Command(_) => None,
        }
    }

    /// Waits until the child is ready. That it is still there is watched elsewhere.
    pub(super) async fn seen(&self, child: u32, pace: Pace) {
        match self {
            Self::After(span) => sleep(*span).await,
            Self::Command(line) => {
                while shell(line, child, pace.stop).await.is_err() {
                    sleep(EVERY).await;
                }
            }
            Self::Socket(socket, _) => {
                let mut buffer = vec![0; 4096];
                while !matches!(socket.recv(&mut buffer).await, Ok(length) if says_ready(&buffer[..length])) {}
            }
        }
    }
}

/// `sd_notify(3)`: lines of `NAME=VALUE`.
fn says_ready(message: &[u8]) -> bool {
    message.split(|byte| *byte == b'\n').any(|line| line == b"READY=1")
}

#[cfg(test)]
mod tests {
    use super::says_ready;

    #[test]
    fn ready_is_a_line_of_its_own() {
        assert!(says_ready(b"STATUS=x\nREADY=1\n") && says_ready(b"READY=1"));
        assert!(!says_ready(b"STATUS=READY=1") && !says_ready(b"READY=10") && !says_ready(b""));
    }
}
