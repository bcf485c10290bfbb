//! What the owner of a secret wants: overlap, watch, consumers, emergency; and for how long nothing begins.

mod consumer;
mod overlap;
pub mod pause;

use std::time::Duration;

pub use consumer::{Consumer, Evidence};
pub use overlap::{OnStraggler, Overlap, Rollback, Until, WatchFor};
pub use pause::{Pause, PauseError, Scope};
use serde::{Deserialize, Serialize};

/// What the owner of a secret wants, with every default filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Policy {
    /// How long both credentials work, and what ends it.
    pub overlap: Overlap,
    /// How long the new credential is watched.
    pub watch: WatchFor,
    /// What an attributed failure of the new credential does.
    pub rollback: Rollback,
    /// In an emergency, the old credential dies this long after the publish even if somebody still uses it.
    pub force_after: Duration,
    /// How long a consumer's cache keeps a value.
    pub ttl: Duration,
    /// How long a consumer may serve a stale value while the vault is down.
    pub max_stale: Duration,
    /// The longest request that a consumer makes with one value.
    pub max_request: Duration,
    /// The workloads that use the secret.
    pub consumers: Vec<Consumer>,
    /// The age at which a credential is overdue.
    pub max_age: Option<Duration>,
}

impl Policy {
    /// The longest time in which a holder that enforces its lease can use a value after the last grant (DESIGN
    /// section 5): `(ttl + max_stale) × 1.001 + max_request`.
    pub fn lease(&self) -> Duration {
        (self.ttl + self.max_stale).mul_f64(1.001) + self.max_request
    }
}
