//! How a client is set up.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use reqwest::Certificate;
use reqwest::header::HeaderValue;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::house::House;
use crate::upstream::{Term, Upstream};
use crate::{Access, Client, Clock, DiskCache, Error, SystemClock};

/// How many requests may be held back at once; the other secrets are read again ahead of their term.
const HOLDS: usize = 256;

/// Sets up a client; every setting has a default.
pub struct Builder {
    server: String,
    access: Access,
    instance: Option<String>,
    authorities: Option<PathBuf>,
    cache: Option<DiskCache>,
    clock: Arc<dyn Clock>,
    timeout: Duration,
    hold: Duration,
    holds: usize,
    report_every: Duration,
    term: Term,
}

impl Builder {
    pub(crate) fn new(server: &str, access: Access) -> Self {
        Self {
            server: server.to_owned(),
            access,
            instance: None,
            authorities: None,
            cache: None,
            clock: Arc::new(SystemClock::new()),
            timeout: Duration::from_secs(10),
            hold: Duration::from_secs(30),
            holds: HOLDS,
            report_every: Duration::from_secs(5),
            term: Term::Enforced,
        }
    }

    /// Names this instance. Gates count instances, so no two that run at once may have one name; a name that stays over
    /// restarts (a pod of a stateful set, a host) lets keybaton see that the old process is gone. Default: host and
    /// process.
    #[must_use]
    pub fn instance(mut self, name: &str) -> Self {
        self.instance = Some(name.to_owned());
        self
    }

    /// Trusts only the certificate authorities of this PEM file. Default: those of the operating system.
    #[must_use]
    pub fn authorities(mut self, path: impl Into<PathBuf>) -> Self {
        self.authorities = Some(path.into());
        self
    }

    /// Keeps the newest version of each secret on the disk, sealed, for a restart during an outage.
    #[must_use]
    pub fn cache(mut self, cache: DiskCache) -> Self {
        self.cache = Some(cache);
        self
    }

    /// Takes the time from elsewhere, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long one request may take. Default: 10 s.
    #[must_use]
    pub fn timeout(mut self, span: Duration) -> Self {
        self.timeout = span;
        self
    }

    /// How long a request for news is held back at most, in whole seconds; zero: no such requests, only reads ahead of
    /// the term. Default: 30 s.
    #[must_use]
    pub fn hold(mut self, span: Duration) -> Self {
        self.hold = span;
        self
    }

    /// How many requests for news are held back at once. Over plain http each takes a connection of its own. Default: 256.
    #[must_use]
    pub fn holds(mut self, count: usize) -> Self {
        self.holds = count;
        self
    }

    /// The longest time between two reports of evidence; what matters at once (a first use, a refusal, an erased version)
    /// is told at once. Default: 5 s.
    #[must_use]
    pub fn report_every(mut self, span: Duration) -> Self {
        self.report_every = span;
        self
    }

    /// Says that values are handed on: to files, to children, to other processes. Nobody enforces their term then, so none
    /// is claimed, and keybaton waits until it is told that an old version is gone. Default: this process alone uses them.
    #[must_use]
    pub fn hands_on(mut self) -> Self {
        self.term = Term::HandedOn;
        self
    }

    /// Builds the client, inside of a tokio runtime. Keybaton is not asked for anything yet.
    pub fn build(self) -> Result<Client, Error> {
        let instance = self.instance.unwrap_or_else(here);
        let header = named(&instance)?;
        let authorities = self.authorities.map(read_authorities).transpose()?.unwrap_or_default();
        let address = self.server.parse().map_err(Error::Server)?;
        let house = House {
            upstream: Upstream::new(address, self.access, header, self.timeout, authorities)?.keeping(self.term),
            clock: self.clock,
            cache: self.cache.map(Arc::new),
            hold: self.hold,
            holds: Arc::new(Semaphore::new(self.holds.min(Semaphore::MAX_PERMITS))),
            report_every: self.report_every,
            timeout: self.timeout,
            bell: Arc::new(Notify::new()),
            stop: CancellationToken::new(),
            stocks: Mutex::new(HashMap::new()),
            detours: RwLock::default(),
        };
        Client::start(house, instance)
    }
}

/// The header that names an instance.
pub(crate) fn named(instance: &str) -> Result<HeaderValue, Error> {
    let printable = instance.bytes().all(|byte| byte.is_ascii_graphic());
    let header = HeaderValue::from_str(instance).ok().filter(|_| printable && (1..=128).contains(&instance.len()));
    header.ok_or_else(|| Error::Instance(instance.chars().take(128).collect()))
}

/// Host and process.
fn here() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let plain: String = host.chars().filter(char::is_ascii_graphic).take(64).collect();
    format!("{plain}.{}", std::process::id())
}

fn read_authorities(path: PathBuf) -> Result<Vec<Certificate>, Error> {
    match std::fs::read(&path) {
        Ok(text) => Certificate::from_pem_bundle(&text).map_err(Error::Http),
        Err(source) => Err(Error::Authorities { path, source }),
    }
}
