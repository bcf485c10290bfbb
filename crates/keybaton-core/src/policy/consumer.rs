//! A workload that uses a secret, and the evidence by which we know that it has moved.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A workload that uses a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Consumer {
    /// Its name.
    pub name: String,
    /// How we know that it has moved.
    pub evidence: Evidence,
}

/// How we know that a consumer has moved (DESIGN section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Our agent or client reports each instance.
    Agent {
        /// How many instances must have reported.
        instances: u32,
    },
    /// A deploy pipeline acknowledges.
    Ack,
    /// The issuer shows no live session of the old credential for this long.
    Session {
        /// The quiet time.
        quiet: Duration,
    },
    /// The issuer's last-used time of the old credential is older than this.
    LastUsed {
        /// The quiet time.
        quiet: Duration,
    },
    /// A person says so.
    Manual,
}
