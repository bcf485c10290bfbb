//! An engine on duty, as the service keeps it: at each poll it does what is due by then, and what was told since the last
//! one. Time passes in small steps, so that what is measured is what a clock on the wall would show.

use std::time::Duration;

use keybaton_engine::{Driver, Pass};
use keybaton_ports::Store;
use keybaton_types::Timestamp;

use super::World;

/// How often the service looks whether anything is due or was told, in microseconds.
const POLL: i64 = 250_000;

/// Leases are renewed while time passes: no step is longer.
const STEP: Duration = Duration::from_secs(2);

/// An engine on duty.
pub(crate) struct Duty {
    driver: Driver,
    due: Option<Timestamp>,
    stamp: u64,
    last: Timestamp,
}

impl World {
    /// An engine that takes up its duty now.
    pub(crate) async fn duty(&mut self) -> Duty {
        let (driver, stamp, now) = (self.engine(), self.memory.stamp().await.unwrap(), self.now());
        Duty { driver, due: Some(now), stamp, last: now }
    }

    /// Time passes until then; the engine does what is due.
    pub(crate) async fn go_on(&self, duty: &mut Duty, until: Timestamp) {
        while self.now() < until {
            self.serve(duty).await;
            let told = self.memory.stamp().await.unwrap() != duty.stamp;
            let due = if told { self.now() } else { duty.due.unwrap_or(until) };
            let next = poll_from(due.max(self.now() + Duration::from_micros(1))).min(until);
            self.time.advance(next.since(self.now()).min(STEP)).await;
        }
    }

    /// A pass, if one is due.
    async fn serve(&self, duty: &mut Duty) {
        let stamp = self.memory.stamp().await.unwrap();
        let went_back = self.now() < duty.last;
        let due = went_back || duty.due.is_some_and(|at| at <= self.now()) || stamp != duty.stamp;
        if !due || !is_poll(self.now()) {
            return;
        }
        (duty.stamp, duty.last) = (stamp, self.now());
        duty.due = match duty.driver.pass(&self.charge).await.unwrap() {
            Pass::Waits(at) => at,
            Pass::Idle => None,
            Pass::Taken => Some(self.now() + STEP),
        };
    }
}

fn is_poll(at: Timestamp) -> bool {
    at.0 % POLL == 0
}

/// The first poll that is not before a moment.
fn poll_from(at: Timestamp) -> Timestamp {
    Timestamp(at.0 + (POLL - at.0 % POLL) % POLL)
}
