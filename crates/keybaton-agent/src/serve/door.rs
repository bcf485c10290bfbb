//! The door: who may ask, and whom a request was meant for.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use hyper::{StatusCode, Uri};
use keybaton_seal::{Error, SecretValue};
use tokio::net::unix::UCred;

/// Who may connect to a unix socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peers {
    users: Vec<u32>,
    groups: Vec<u32>,
}

impl Peers {
    /// These users and groups, and always our own user. Of a process its primary group counts.
    pub fn new(users: Vec<u32>, groups: Vec<u32>) -> Self {
        let mut users = users;
        users.push(rustix::process::getuid().as_raw());
        Self { users, groups }
    }

    pub(super) fn admits(&self, peer: UCred) -> bool {
        self.users.contains(&peer.uid()) || self.groups.contains(&peer.gid())
    }
}

/// The door of a listener.
pub enum Door {
    /// Loopback: every request shows the token, and is meant for us.
    Token(TokenDoor),
    /// A unix socket: the kernel says who connects.
    Peers(Peers),
}

/// The token that every request shows.
pub struct TokenDoor {
    path: PathBuf,
    token: ArcSwap<SecretValue>,
}

impl Door {
    /// The token in a file; it is read again from time to time.
    pub fn token(path: PathBuf) -> Result<Self, Error> {
        let token = read(&path)?;
        Ok(Self::Token(TokenDoor { path, token: ArcSwap::new(Arc::new(token)) }))
    }

    /// Whether a request may come in; the port is ours.
    pub(super) fn admits(&self, headers: &HeaderMap, uri: &Uri, port: u16) -> Result<(), StatusCode> {
        // a page in a browser cannot reach us, whatever name it found for us
        if headers.contains_key(ORIGIN) || uri.authority().is_some() {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        match self {
            Self::Peers(_) => Ok(()),
            Self::Token(_) if !is_ours(headers, port) => Err(StatusCode::MISDIRECTED_REQUEST),
            Self::Token(door) if door.opens(headers) => Ok(()),
            Self::Token(_) => Err(StatusCode::UNAUTHORIZED),
        }
    }

    /// Reads the token again.
    pub(super) fn refresh(&self) {
        if let Self::Token(door) = self {
            match read(&door.path) {
                Ok(token) => door.token.store(Arc::new(token)),
                Err(error) => tracing::warn!(%error, "the token file cannot be read; the token before stays good"),
            }
        }
    }
}

impl TokenDoor {
    fn opens(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(AUTHORIZATION).and_then(|header| header.as_bytes().strip_prefix(b"Bearer "));
        shown.is_some_and(|shown| self.token.load().is(shown))
    }
}

fn read(path: &PathBuf) -> Result<SecretValue, Error> {
    SecretValue::read_from(File::open(path).map_err(Error::Read)?)
}

/// Whether the host of a request is this machine's loopback at our port.
fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(HOST).map_or(&b""[..], |host| host.as_bytes());
    let name = ["127.0.0.1:", "localhost:", "[::1]:"].iter().find_map(|name| host.strip_prefix(name.as_bytes()));
    name.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()) == Some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_loopback_are_ours() {
        for (host, ours) in [
            ("127.0.0.1:7731", true),
            ("localhost:7731", true),
            ("[::1]:7731", true),
            ("127.0.0.1:7732", false),
            ("evil.example:7731", false),
            ("127.0.0.1", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(HOST, host.parse().unwrap())]);
            assert_eq!(is_ours(&headers, 7731), ours, "{host}");
        }
    }
}
