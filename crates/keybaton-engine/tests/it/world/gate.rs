//! The probe of the tests: it asks the fake issuer, unless the test says that new keys are no good.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use keybaton_ports::{Called, Presented, Probe, Verdict};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe};

use super::OLD;

/// A probe that can refuse every key but the old one.
#[derive(Clone)]
pub(crate) struct Gate {
    inner: FakeProbe,
    refuses_new: Arc<AtomicBool>,
}

impl Gate {
    pub(crate) fn new(issuer: FakeIssuer) -> Self {
        Self { inner: FakeProbe::new(issuer), refuses_new: Arc::default() }
    }

    pub(crate) fn refuse_new(&self, refuse: bool) {
        self.refuses_new.store(refuse, Ordering::SeqCst);
    }
}

#[async_trait]
impl Probe for Gate {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        if self.refuses_new.load(Ordering::SeqCst) && presented.id.0 != OLD {
            return Ok(Verdict::Refused);
        }
        self.inner.probe(presented).await
    }
}
