//! What calls of this process met, counted as it happens.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keybaton_engine::delivery::Place;
use keybaton_ports::Verdict;
use keybaton_types::{IssuedId, SecretId, wire::AuthResults};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};

use super::page::{Labels, Level, Page, Spans};

/// The bounds of calls, in seconds.
const CALLS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// So many keys of a secret are remembered with what their probe said: more than work at the same time.
const KEYS: usize = 8;

/// What the newest probe said of each key of a secret.
type Verdicts = VecDeque<(IssuedId, f64)>;

/// What is counted as it happens. Clones share it.
#[derive(Clone)]
pub(super) struct Live {
    probe_spans: Spans,
    probe_responses: Family<Labels, Counter>,
    store_up: Family<Labels, Level>,
    store_spans: Spans,
    auth: Family<Labels, Counter>,
    /// What the newest probe said of each key, the keys of a secret in the order in which they were tried.
    verdicts: Arc<Mutex<BTreeMap<SecretId, Verdicts>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            probe_spans: Family::new_with_constructor(calls),
            probe_responses: Family::default(),
            store_up: Family::default(),
            store_spans: Family::new_with_constructor(calls),
            auth: Family::default(),
            verdicts: Arc::default(),
        }
    }
}

fn calls() -> Histogram {
    Histogram::new(CALLS)
}

impl Live {
    /// A probe took so long; `None` where it got no answer.
    pub(super) fn probed(&self, secret: &SecretId, id: &IssuedId, verdict: Option<Verdict>, span: Duration) {
        let labels = of(secret);
        self.probe_spans.get_or_create(&labels).observe(span.as_secs_f64());
        let (code, success) = match verdict {
            Some(Verdict::Accepted) => ("accepted", Some(1.0)),
            Some(Verdict::Refused) => ("refused", Some(0.0)),
            Some(Verdict::Inconclusive) => ("inconclusive", None),
            None => ("no_answer", None),
        };
        if let Some(success) = success {
            self.remember(secret, id, success);
        }
        let labels = [labels, vec![("code", code.to_owned())]].concat();
        self.probe_responses.get_or_create(&labels).inc();
    }

    fn remember(&self, secret: &SecretId, id: &IssuedId, success: f64) {
        let mut verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = verdicts.entry(secret.clone()).or_default();
        known.retain(|(tried, _)| tried != id);
        known.push_back((id.clone(), success));
        if known.len() > KEYS {
            known.pop_front();
        }
    }

    /// What the newest probe of a key said: 1 where it was let in. An old key is refused after its revoke, and should be.
    pub(super) fn verdict(&self, secret: &SecretId, id: &IssuedId) -> Option<f64> {
        let verdicts = self.verdicts.lock().unwrap_or_else(PoisonError::into_inner);
        verdicts.get(secret)?.iter().find_map(|(tried, success)| (tried == id).then_some(*success))
    }

    /// A call to a vault took so long.
    pub(super) fn stored(&self, vault: &str, up: f64, span: Duration) {
        let labels = vec![("store", vault.to_owned())];
        self.store_up.get_or_create(&labels).set(up);
        self.store_spans.get_or_create(&labels).observe(span.as_secs_f64());
    }

    /// An instance reported.
    pub(super) fn reported(&self, secret: &SecretId, consumer: &str, place: Place, results: &AuthResults) {
        let slot = match place {
            Place::Current => "current",
            Place::Previous => "previous",
            Place::Unknown => "unknown",
        };
        for (code, count) in [("ok", results.ok), ("401", results.unauthorized), ("403", results.forbidden)] {
            let who = vec![("consumer", consumer.to_owned()), ("code", code.to_owned()), ("slot", slot.to_owned())];
            self.auth.get_or_create(&[of(secret), who].concat()).inc_by(count);
        }
    }

    pub(super) fn fill(&self, page: &mut Page) {
        page.counters("keybaton_auth_responses_total", &self.auth);
        page.spans("keybaton_probe_duration_seconds", &self.probe_spans);
        page.counters("keybaton_probe_responses_total", &self.probe_responses);
        page.gauges("keybaton_store_up", &self.store_up);
        page.spans("keybaton_store_request_duration_seconds", &self.store_spans);
    }
}

/// The labels of a secret.
pub(super) fn of(secret: &SecretId) -> Labels {
    vec![("secret", secret.name().to_owned()), ("env", secret.env().to_owned())]
}
