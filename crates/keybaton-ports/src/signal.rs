//! The signal: somebody else's metrics about how calls with a secret end.

use async_trait::async_trait;
use keybaton_core::signal::Tally;
use keybaton_types::{SecretId, VersionNo};

use crate::Called;

/// A metrics system that counts calls. It never retries, never waits beyond its time-out and never decides; an answer that
/// makes no sense is a fault and no count.
#[async_trait]
pub trait Signal: Send + Sync {
    /// What was counted until now for a secret: a total per consumer and version that it tells apart.
    async fn totals(&self, secret: &SecretId) -> Called<Vec<Counted>>;
}

/// Totals of one consumer, with one version where the metrics say which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The consumer, where a label names it.
    pub consumer: Option<String>,
    /// The version, where a label names it: refusals then count against the credential that it holds.
    pub version: Option<VersionNo>,
    /// How its calls ended so far.
    pub total: Tally,
}
