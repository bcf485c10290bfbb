//! A probe whose calls can be broken.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_ports::{Called, Presented, Probe, Verdict};

use super::plan::{Call, Faults};

/// A probe whose calls can be broken.
pub struct FaultyProbe<P> {
    inner: P,
    faults: Arc<Faults>,
}

impl<P: Probe> FaultyProbe<P> {
    /// Wraps a probe.
    pub fn new(inner: P, faults: Arc<Faults>) -> Self {
        Self { inner, faults }
    }
}

#[async_trait]
impl<P: Probe> Probe for FaultyProbe<P> {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        self.faults.through(Call::Probe, || self.inner.probe(presented)).await
    }
}
