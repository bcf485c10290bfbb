//! Time that a test moves by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybaton_types::Timestamp;

/// Something that tells the time: a fake takes it from here, and from nowhere else.
pub type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clock that stands still until it is moved; its clones are the same clock.
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A clock that stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.0)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    /// Moves it forwards and tells the new time.
    pub fn advance(&self, span: Duration) -> Timestamp {
        let next = self.now() + span;
        self.set(next);
        next
    }

    /// Sets it, backwards too.
    pub fn set(&self, to: Timestamp) {
        self.0.store(to.0, Ordering::SeqCst);
    }

    /// This clock as a function.
    pub fn reader(&self) -> Now {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

impl Default for Clock {
    /// A clock that stands at the start of 2026.
    fn default() -> Self {
        Self::at(Timestamp(1_767_225_600_000_000))
    }
}
