//! A lane: how many calls one far service gets at once, and how often.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many calls one far service gets at once, and how often.
pub struct Lane {
    slots: Semaphore,
    spacing: Duration,
    next: tokio::sync::Mutex<tokio::time::Instant>,
}

impl Lane {
    /// At most `slots` calls at once, and at least `spacing` between two starts.
    pub fn new(slots: usize, spacing: Duration) -> Self {
        Self { slots: Semaphore::new(slots), spacing, next: tokio::sync::Mutex::new(tokio::time::Instant::now()) }
    }

    /// Waits for a place, which one pass keeps until it ends: no operation is written down and then made to queue.
    /// `None` never happens while the lane exists; it is no reason to panic either.
    pub async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.slots.acquire().await.ok()
    }

    /// Waits for the next start of a call; whoever waits has a place, so few do.
    pub(crate) async fn pace(&self) {
        if self.spacing.is_zero() {
            return;
        }
        let mut next = self.next.lock().await;
        let at = (*next).max(tokio::time::Instant::now());
        *next = at + self.spacing;
        drop(next);
        tokio::time::sleep_until(at).await;
    }
}

/// One lane for each far service, by its name in the configuration.
#[derive(Default)]
pub struct Lanes {
    by_name: Mutex<BTreeMap<String, Arc<Lane>>>,
}

impl Lanes {
    /// Calls at once to one far service.
    const SLOTS: usize = 16;

    /// Time between two calls to one far service: at most 200 a second.
    const SPACING: Duration = Duration::from_millis(5);

    /// The lane of a far service.
    pub fn of(&self, name: &str) -> Arc<Lane> {
        let mut lanes = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = lanes.entry(name.to_owned()).or_insert_with(|| Arc::new(Lane::new(Self::SLOTS, Self::SPACING)));
        Arc::clone(lane)
    }
}
