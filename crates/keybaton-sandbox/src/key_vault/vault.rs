//! The vault as tests hold it in their hands: they write and read as others do, give and take rights, and make the weather.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::directory::{Directory, Proof, Right};
use super::secret::{Draft, Version};
use super::server::{self, Weather, lock};
use super::store::{Root, Store};

/// A key vault on loopback. It ends when dropped.
pub struct KeyVault {
    state: Arc<Mutex<State>>,
    port: u16,
}

/// Everything that it knows.
#[derive(Default)]
pub(super) struct State {
    pub(super) store: Store,
    pub(super) directory: Directory,
    pub(super) weather: Weather,
    pub(super) requests: u64,
    pub(super) ended: bool,
}

impl KeyVault {
    /// Starts one on a free port of 127.0.0.1, with a certificate and its key.
    pub fn start(certificate: &Path, key: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(Mutex::new(State::default()));
        server::serve(listener, server::acceptor(certificate, key)?, Arc::clone(&state))?;
        Ok(Self { state, port })
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// Lets an application log in by this secret; an earlier proof of its is forgotten.
    pub fn by_secret(&self, application: &str, secret: &str) {
        self.prove(application, Proof::Secret(secret.to_owned()));
    }

    /// The same secret, whose time is over.
    pub fn by_expired_secret(&self, application: &str, secret: &str) {
        self.prove(application, Proof::Expired(secret.to_owned()));
    }

    /// Lets an application log in by a token of its platform.
    pub fn by_assertion(&self, application: &str, assertion: &str) {
        self.prove(application, Proof::Assertion(assertion.to_owned()));
    }

    /// Lets a function log in that knows this header.
    pub fn by_header(&self, function: &str, header: &str) {
        self.prove(function, Proof::Header(header.to_owned()));
    }

    /// Says what an application may do, and nothing else.
    pub fn allow(&self, application: &str, rights: &[Right]) {
        lock(&self.state).directory.allow(application, rights);
    }

    /// A token of an application, as a tool of its developers would have one.
    pub fn token(&self, application: &str) -> String {
        lock(&self.state).directory.issue(application)
    }

    /// Ends every token that was given out.
    pub fn forget_tokens(&self) {
        lock(&self.state).directory.forget_tokens();
    }

    /// Makes the weather.
    pub fn weather(&self, weather: Weather) {
        lock(&self.state).weather = weather;
    }

    /// How many requests have come, whatever became of them.
    pub fn requests(&self) -> u64 {
        lock(&self.state).requests
    }

    /// Writes a version as somebody else would; false where the service refuses it.
    pub fn put(&self, name: &str, value: &str) -> bool {
        lock(&self.state).store.set(Root(&self.url()), name, Draft::of(value)).is_ok()
    }

    /// The value that consumers read; none where nothing is there or the last version is disabled.
    pub fn get(&self, name: &str) -> Option<String> {
        self.versions(name).pop().filter(|version| version.enabled).map(|version| version.value)
    }

    /// Every version, the oldest first.
    pub fn versions(&self, name: &str) -> Vec<Version> {
        lock(&self.state).store.all(name)
    }

    /// Enables or disables the last version.
    pub fn switch_last(&self, name: &str, to: Switch) {
        let Some(version) = self.versions(name).pop() else { return };
        self.switch(name, &version.id, to);
    }

    /// Enables or disables a version.
    pub fn switch(&self, name: &str, version: &str, to: Switch) {
        let body: &[u8] = match to {
            Switch::Enabled => br#"{"attributes":{"enabled":true}}"#,
            Switch::Disabled => br#"{"attributes":{"enabled":false}}"#,
        };
        if let Ok(draft) = Draft::read(body) {
            drop(lock(&self.state).store.change(Root(&self.url()), name, version, draft));
        }
    }

    /// Makes a version the last one, as if it had been written after the others.
    pub fn bring_to_front(&self, name: &str, version: &str) {
        lock(&self.state).store.bring_to_front(name, version);
    }

    /// Deletes a secret softly.
    pub fn delete(&self, name: &str) {
        drop(lock(&self.state).store.delete(Root(&self.url()), name));
    }

    /// Recovers a secret that was deleted softly.
    pub fn recover(&self, name: &str) {
        drop(lock(&self.state).store.recover(Root(&self.url()), name));
    }

    /// Purges a secret that was deleted softly.
    pub fn purge(&self, name: &str) {
        drop(lock(&self.state).store.purge(Root(&self.url()), name));
    }

    fn prove(&self, identity: &str, proof: Proof) {
        lock(&self.state).directory.prove(identity, proof);
    }
}

/// Whether a version can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It can.
    Enabled,
    /// It cannot.
    Disabled,
}

impl Drop for KeyVault {
    /// The thread looks up when a connection comes.
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        drop(TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))));
    }
}

impl std::fmt::Debug for KeyVault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyVault").field("port", &self.port).finish_non_exhaustive()
    }
}
