//! Where the agent listens: loopback, or a unix socket.

use std::fmt;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio::net::{TcpListener, UnixListener};

use crate::file::Mode;

/// Where the agent listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address of this machine that nobody else reaches.
    Loopback(SocketAddr),
    /// A unix socket; the kernel says who connects.
    Socket(PathBuf),
}

/// A text does not say where to listen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// It is neither an address nor a socket.
    #[error("write 127.0.0.1:7731, or unix:/run/keybaton/agent.sock")]
    Shape,
    /// Others than this machine could connect.
    #[error("an agent listens on loopback or on a unix socket only: what it hands out is not encrypted")]
    Public,
}

impl FromStr for Listen {
    type Err = ListenError;

    fn from_str(text: &str) -> Result<Self, ListenError> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return path.is_absolute().then_some(Self::Socket(path)).ok_or(ListenError::Shape);
        }
        let address: SocketAddr = text.parse().map_err(|_| ListenError::Shape)?;
        address.ip().is_loopback().then_some(Self::Loopback(address)).ok_or(ListenError::Public)
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback(address) => write!(f, "http://{address}"),
            Self::Socket(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// A place that is listened on.
pub(super) enum Listener {
    Loopback(TcpListener),
    Socket(UnixListener),
}

impl Listener {
    pub(super) async fn bind(listen: &Listen, mode: Mode) -> io::Result<(Self, Listen)> {
        match listen {
            Listen::Loopback(address) => {
                let listener = TcpListener::bind(address).await?;
                let address = listener.local_addr()?;
                Ok((Self::Loopback(listener), Listen::Loopback(address)))
            }
            Listen::Socket(path) => {
                let socket = socket(path, mode)?;
                Ok((Self::Socket(socket), listen.clone()))
            }
        }
    }
}

/// Binds a socket that was never open to more people than it should be: it gets its name when it has its mode.
fn socket(path: &Path, mode: Mode) -> io::Result<UnixListener> {
    if let Ok(there) = fs::symlink_metadata(path) {
        if !there.file_type().is_socket() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is there and is no socket"));
        }
        if std::os::unix::net::UnixStream::connect(path).is_ok() {
            return Err(io::Error::new(io::ErrorKind::AddrInUse, "another agent listens there"));
        }
    }
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let for_us = fs::Permissions::from_mode(0o700);
    let private = tempfile::Builder::new().prefix(".kb").rand_bytes(4).permissions(for_us).tempdir_in(folder)?;
    let fresh = private.path().join("s");
    let listener = UnixListener::bind(&fresh)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(mode.bits()))?;
    fs::rename(&fresh, path)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_listens_on_this_machine_only() {
        assert_eq!("unix:/run/a.sock".parse(), Ok(Listen::Socket("/run/a.sock".into())));
        assert!(matches!("127.0.0.1:7731".parse(), Ok(Listen::Loopback(_))));
        assert_eq!("0.0.0.0:7731".parse::<Listen>(), Err(ListenError::Public));
        assert_eq!("10.0.0.1:1".parse::<Listen>(), Err(ListenError::Public));
        for text in ["", "7731", "unix:relative", "localhost"] {
            assert_eq!(text.parse::<Listen>(), Err(ListenError::Shape), "{text}");
        }
    }
}
