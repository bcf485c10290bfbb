//! The door: who may ask, and whom a request was meant for.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use hyper::{StatusCode, Uri};
use keybaton_seal::{Error, SecretValue};

use super::seat::Peer;

/// Who may read over a unix socket.
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

    fn admit(&self, peer: &Peer) -> bool {
        self.users.contains(&peer.user) || self.groups.contains(&peer.group)
    }
}

/// The door of a listener.
pub enum Door {
    /// Loopback: every request shows the token, and is meant for us.
    Token(TokenDoor),
    /// A unix socket: the kernel says who connects.
    Peers(PeerDoor),
}

/// Who may read over a unix socket, until others are named.
pub struct PeerDoor(ArcSwap<Peers>);

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

    /// The kernel says who reads, and these may.
    pub fn peers(peers: Peers) -> Self {
        Self::Peers(PeerDoor(ArcSwap::from_pointee(peers)))
    }

    /// From now on these may read over the socket, and nobody else: whoever is connected is asked again.
    pub(super) fn change(&self, peers: Peers) {
        if let Self::Peers(door) = self {
            door.0.store(Arc::new(peers));
        }
    }

    /// Whether a request may come in; the port is ours.
    pub(super) fn admits(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
        port: u16,
        peer: Option<&Peer>,
    ) -> Result<(), StatusCode> {
        // a page in a browser cannot reach us, whatever name it found for us
        if headers.contains_key(ORIGIN) || uri.authority().is_some() {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        match self {
            Self::Peers(door) if peer.is_some_and(|peer| door.0.load().admit(peer)) => Ok(()),
            Self::Peers(_) => Err(StatusCode::FORBIDDEN),
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
