//! A page in the making: metrics of the list, and nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::names::find;

/// The labels of one row.
pub(super) type Labels = Vec<(&'static str, String)>;

/// A gauge that holds a fraction.
pub(super) type Level = Gauge<f64, AtomicU64>;

/// Rows of a histogram.
pub(super) type Spans = Family<Labels, Histogram, fn() -> Histogram>;

/// A page in the making.
pub(super) struct Page {
    registry: Registry,
    gauges: BTreeMap<&'static str, Family<Labels, Level>>,
    counters: BTreeMap<&'static str, Family<Labels, Counter>>,
}

impl Page {
    pub(super) fn new() -> Self {
        Self { registry: Registry::default(), gauges: BTreeMap::new(), counters: BTreeMap::new() }
    }

    /// Says what a gauge shows.
    pub(super) fn gauge(&mut self, name: &'static str, labels: &Labels, value: f64) {
        let registry = &mut self.registry;
        let family = self.gauges.entry(name).or_insert_with(|| {
            let family = Family::default();
            registry.register(name, says(name), Family::clone(&family));
            family
        });
        family.get_or_create(labels).set(value);
    }

    /// Says how far something was counted.
    pub(super) fn count(&mut self, name: &'static str, labels: &Labels, value: u64) {
        let registry = &mut self.registry;
        let family = self.counters.entry(name).or_insert_with(|| {
            let family = Family::default();
            registry.register(plain(name), says(name), Family::clone(&family));
            family
        });
        family.get_or_create(labels).inc_by(value);
    }

    /// Adds rows that are kept elsewhere.
    pub(super) fn gauges(&mut self, name: &'static str, rows: &Family<Labels, Level>) {
        self.registry.register(name, says(name), rows.clone());
    }

    /// The same of counts.
    pub(super) fn counters(&mut self, name: &'static str, rows: &Family<Labels, Counter>) {
        self.registry.register(plain(name), says(name), rows.clone());
    }

    /// The same of histograms.
    pub(super) fn spans(&mut self, name: &'static str, rows: &Spans) {
        self.registry.register(name, says(name), rows.clone());
    }

    /// The page.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // writing to a string does not fail
        encode(&mut text, &self.registry).ok();
        text
    }
}

/// What the list says of it.
fn says(name: &str) -> &'static str {
    find(name).map_or("", |metric| metric.says)
}

/// The encoder adds the ending of a counter by itself.
fn plain(name: &'static str) -> &'static str {
    name.strip_suffix("_total").unwrap_or(name)
}
