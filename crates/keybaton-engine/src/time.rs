//! Waiting, and the time since the machine started: what the store's clock is checked against (R14).

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use async_trait::async_trait;
use keybaton_types::{Moment, Timestamp};

/// Waiting, and the time since the machine started. Tests simulate it.
#[async_trait]
pub trait Time: Send + Sync {
    /// Microseconds since this machine started, suspended or not.
    fn boot(&self) -> i64;

    /// Which start of which machine.
    fn boot_id(&self) -> u64;

    /// Waits.
    async fn sleep(&self, span: Duration);

    /// The store's time and the boot time as one instant.
    fn moment(&self, wall: Timestamp) -> Moment {
        Moment { wall, boot: self.boot(), boot_id: self.boot_id() }
    }
}

/// The time of this machine.
pub struct RealTime {
    boot_id: u64,
}

impl RealTime {
    /// Reads which start of the machine this is.
    pub fn new() -> Self {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        id.trim().hash(&mut hasher);
        Self { boot_id: hasher.finish() >> 1 }
    }
}

impl Default for RealTime {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Time for RealTime {
    fn boot(&self) -> i64 {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1_000)
    }

    fn boot_id(&self) -> u64 {
        self.boot_id
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}
