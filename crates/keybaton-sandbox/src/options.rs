//! How a sandbox is set up.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::dialect::Dialect;

const THREE_YEARS: SignedDuration = SignedDuration::from_hours(3 * 365 * 24);

/// How a sandbox is set up; begin with [`Options::new`].
pub struct Options {
    /// Where to listen; must be loopback. Port 0 picks a free one.
    pub listen: SocketAddr,
    /// The credential of the admin API and of `/_sandbox`.
    pub admin_token: String,
    /// How the admin API talks.
    pub dialect: Dialect,
    /// How many keys fit; `None` is no limit.
    pub max_credentials: Option<usize>,
    /// How long a new key is refused.
    pub propagation: Duration,
    /// How long a disabled or destroyed key is still accepted.
    pub revoke_lag: Duration,
    /// How many keys a page of the list holds, where the dialect has pages.
    pub page_size: usize,
    /// Keys that were there before.
    pub initial: Vec<InitialKey>,
}

/// A key that was there before the sandbox, such as the three-year-old one.
pub struct InitialKey {
    /// Its identity; the `array` dialect takes numbers only.
    pub id: String,
    /// Its value.
    pub value: String,
    /// The name that its creator chose.
    pub label: String,
    /// When it was created.
    pub created: Timestamp,
}

impl Options {
    /// Returns the plain setup: the `acme` dialect on a free port, no limit, no lags, 100 keys to a page, no keys.
    pub fn new(admin_token: impl Into<String>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            admin_token: admin_token.into(),
            dialect: Dialect::Acme,
            max_credentials: None,
            propagation: Duration::ZERO,
            revoke_lag: Duration::ZERO,
            page_size: 100,
            initial: Vec::new(),
        }
    }
}

impl InitialKey {
    /// Returns a key named `legacy` that was created three years ago.
    pub fn new(id: impl Into<String>, value: impl Into<String>) -> Self {
        let created = Timestamp::now().saturating_sub(THREE_YEARS).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { id: id.into(), value: value.into(), label: "legacy".to_owned(), created }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listen, dialect, max_credentials, propagation, revoke_lag, page_size, initial, .. } = self;
        f.debug_struct("Options")
            .field("listen", listen)
            .field("dialect", dialect)
            .field("max_credentials", max_credentials)
            .field("propagation", propagation)
            .field("revoke_lag", revoke_lag)
            .field("page_size", page_size)
            .field("initial", initial)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for InitialKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, label, created, .. } = self;
        f.debug_struct("InitialKey")
            .field("id", id)
            .field("label", label)
            .field("created", created)
            .finish_non_exhaustive()
    }
}
