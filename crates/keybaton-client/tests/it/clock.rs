//! The clocks of the machine, which a test can set forward one by one.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybaton_client::{Clock, SystemClock};
use keybaton_types::{Moment, Timestamp};

/// The clocks of the machine, each set forward by so much.
#[derive(Clone, Default)]
pub(crate) struct Shifted(Arc<Shifts>);

#[derive(Default)]
struct Shifts {
    clock: SystemClock,
    wall: AtomicI64,
    boot: AtomicI64,
}

impl Shifted {
    /// As after a suspend: both clocks went on, and nothing ran.
    pub(crate) fn suspend(&self, span: Duration) {
        self.set_wall_forward(span);
        self.set_boot_forward(span);
    }

    pub(crate) fn set_wall_forward(&self, span: Duration) {
        self.0.wall.fetch_add(micros(span), Ordering::SeqCst);
    }

    pub(crate) fn set_boot_forward(&self, span: Duration) {
        self.0.boot.fetch_add(micros(span), Ordering::SeqCst);
    }
}

impl Clock for Shifted {
    fn now(&self) -> Moment {
        let now = self.0.clock.now();
        let wall = Timestamp(now.wall.0 + self.0.wall.load(Ordering::SeqCst));
        Moment { wall, boot: now.boot + self.0.boot.load(Ordering::SeqCst), ..now }
    }
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap()
}
