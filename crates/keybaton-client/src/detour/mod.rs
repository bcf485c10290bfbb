//! Detours: reads of the vault itself, while keybaton's server cannot be reached. What a detour is and what is known of it
//! is here, and [`server`] and [`judge`] decide; the keeper takes it, and whoever builds one speaks to the vault.

pub(crate) mod judge;
pub(crate) mod server;

use std::pin::Pin;
use std::time::Duration;

use keybaton_seal::SecretValue;
use keybaton_types::{Timestamp, VersionNo};

/// What a read of a vault says; the error is in words without any value.
pub type Reading = Pin<Box<dyn Future<Output = Result<Option<Found>, String>> + Send>>;

/// A way to what a vault serves of one secret, by a login of the reader's own.
pub trait Detour: Send + Sync {
    /// Reads it once. It never retries, ends within a bound of its own, and leaves a vault alone that asked for it.
    fn read(&self) -> Reading;

    /// The vault and the place in it, as people write them.
    fn place(&self) -> &str;
}

/// What a vault serves.
pub struct Found {
    /// Keybaton's own number of it; none where it carries none.
    pub version: Option<VersionNo>,
    /// The value.
    pub value: SecretValue,
}

/// When a detour may be taken, and how long what was found may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetourTerms {
    /// How long keybaton was asked in vain before. Where nothing is at hand, the first failure is enough.
    pub after: Duration,
    /// The time between two reads of the vault, about; after a fault it doubles, up to five minutes.
    pub every: Duration,
    /// How long what was found may be used after the vault was read last.
    pub max_stale: Duration,
}

/// What is known of a detour while keybaton is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetourNotice {
    /// The vault and the place in it.
    pub place: String,
    /// Since when what is lent is read there; none where what is lent came from keybaton.
    pub since: Option<Timestamp>,
    /// Why nothing was taken from it the last time; what was at hand stayed.
    pub trouble: Option<String>,
}
