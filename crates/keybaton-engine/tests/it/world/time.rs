//! Simulated time: the store's clock and the boot time, moved together by the test.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use keybaton_engine::Time;
use keybaton_store::{Clock, ManualClock};
use keybaton_testkit::clock::Now;
use keybaton_types::Timestamp;
use tokio::sync::Notify;

/// Monday, 5 January 2026, at noon.
const START: Timestamp = Timestamp(1_767_614_400_000_000);

/// Simulated time; clones share it.
#[derive(Clone)]
pub(crate) struct SimTime {
    clock: ManualClock,
    jumped: Arc<AtomicI64>,
    moved: Arc<Notify>,
}

impl Default for SimTime {
    fn default() -> Self {
        Self { clock: ManualClock::new(START), jumped: Arc::default(), moved: Arc::default() }
    }
}

impl SimTime {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    pub(crate) fn reader(&self) -> Now {
        let clock = self.clock.clone();
        Arc::new(move || clock.now())
    }

    /// Somebody sets the store's clock forward, or back; the boot time goes on as before.
    pub(crate) fn jump(&self, to: Timestamp) {
        self.jumped.fetch_add(to.0 - self.now().0, Ordering::SeqCst);
        self.clock.set(to);
    }

    /// Moves both clocks; whoever sleeps until then wakes, and gets a turn.
    pub(crate) async fn advance(&self, span: Duration) {
        self.clock.advance(span);
        self.moved.notify_waiters();
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Time for SimTime {
    fn boot(&self) -> i64 {
        self.now().0 - START.0 - self.jumped.load(Ordering::SeqCst)
    }

    fn boot_id(&self) -> u64 {
        1
    }

    async fn sleep(&self, span: Duration) {
        let until = self.boot().saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX));
        loop {
            let moved = self.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            if self.boot() >= until {
                return;
            }
            moved.await;
        }
    }
}
