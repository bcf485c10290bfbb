//! A probe that asks a fake issuer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use keybaton_ports::{Called, Presented, Probe, Verdict};

use super::FakeIssuer;

/// A probe that asks a fake issuer whether it accepts the value; its clones are the same one.
#[derive(Clone)]
pub struct FakeProbe {
    issuer: FakeIssuer,
    blind: Arc<AtomicBool>,
}

impl FakeProbe {
    /// A probe of this issuer.
    pub fn new(issuer: FakeIssuer) -> Self {
        Self { issuer, blind: Arc::default() }
    }

    /// From now on it sees nothing: every verdict is inconclusive.
    pub fn blind(&self) {
        self.blind.store(true, Ordering::SeqCst);
    }

    /// It sees again.
    pub fn sight(&self) {
        self.blind.store(false, Ordering::SeqCst);
    }
}

#[async_trait]
impl Probe for FakeProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        if self.blind.load(Ordering::SeqCst) {
            return Ok(Verdict::Inconclusive);
        }
        let accepted = self.issuer.accepts(presented.id, presented.value);
        Ok(if accepted { Verdict::Accepted } else { Verdict::Refused })
    }
}
