//! The probe of the tests: it asks the fake issuer, unless the test says that it has troubles of its own.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use keybaton_ports::{Called, Fault, Presented, Probe, Verdict};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe};

use super::OLD;

/// A probe with moods.
#[derive(Clone)]
pub(crate) struct Gate {
    inner: FakeProbe,
    mood: Arc<Mutex<Mood>>,
}

/// What a probe says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// The truth.
    Honest,
    /// That every key but the old one is refused.
    RefusesNew,
    /// That the old key is accepted, whatever became of it.
    AcceptsOld,
    /// Of a new key the truth at each second call, and a refusal at the others.
    Flaps {
        /// What it says next.
        refuses: bool,
    },
    /// Neither yes nor no: 429 and 5xx.
    Limits,
    /// Nothing in time.
    Silent,
}

impl Gate {
    pub(crate) fn new(issuer: FakeIssuer) -> Self {
        Self { inner: FakeProbe::new(issuer), mood: Arc::new(Mutex::new(Mood::Honest)) }
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// The mood of this call.
    fn next(&self, presented: &Presented<'_>) -> Mood {
        let mut mood = self.mood.lock().unwrap();
        let present = *mood;
        match present {
            Mood::Flaps { .. } if presented.id.0 == OLD => return Mood::Honest,
            Mood::Flaps { refuses } => *mood = Mood::Flaps { refuses: !refuses },
            _ => {}
        }
        present
    }
}

#[async_trait]
impl Probe for Gate {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        match self.next(&presented) {
            Mood::Flaps { refuses: true } => Ok(Verdict::Refused),
            Mood::RefusesNew if presented.id.0 != OLD => Ok(Verdict::Refused),
            Mood::AcceptsOld if presented.id.0 == OLD => Ok(Verdict::Accepted),
            Mood::Limits => Ok(Verdict::Inconclusive),
            Mood::Silent => Err(Fault::unknown("the probe got no answer in time")),
            Mood::Honest | Mood::RefusesNew | Mood::AcceptsOld | Mood::Flaps { refuses: false } => {
                self.inner.probe(presented).await
            }
        }
    }
}
