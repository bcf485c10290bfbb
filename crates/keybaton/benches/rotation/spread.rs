//! Measurements of one kind: the smallest, the middle and the largest.

use std::time::Duration;

/// Measurements of one kind.
#[derive(Default)]
pub(crate) struct Spread(Vec<f64>);

impl Spread {
    /// The smallest, the middle and the largest one; not a number where there is none.
    pub(crate) fn of_three(&mut self) -> [f64; 3] {
        self.0.sort_by(f64::total_cmp);
        let at = |index: usize| self.0.get(index).copied().unwrap_or(f64::NAN);
        [at(0), at(self.0.len() / 2), at(self.0.len().saturating_sub(1))]
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.0.push(value);
    }
}

impl Extend<Duration> for Spread {
    /// Spans count in milliseconds.
    fn extend<I: IntoIterator<Item = Duration>>(&mut self, spans: I) {
        self.0.extend(spans.into_iter().map(millis));
    }
}

/// A span in milliseconds.
pub(crate) fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

/// The CPU time of this process so far, over all its threads.
pub(crate) fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// A count as a number to divide by.
pub(crate) fn count(n: u64) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}
