//! Runs a rotation to its end, whoever dies on the way.

use std::time::Duration;

use keybaton_core::rotation::{HoldReason, Resumes};
use keybaton_engine::{Driver, Pass};
use keybaton_types::Outcome;

use super::World;

/// More passes than this are no end at all.
const LIMIT: u32 = 400;

/// The consumers work this often at least.
const TICK: Duration = Duration::from_secs(30);

/// For so many passes a hold has to last before it counts as the end.
const PATIENCE: u32 = 4;

/// How a rotation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Done, or rolled back.
    Over(Outcome),
    /// A person has to look.
    Held(HoldReason),
    /// None of these, after so many passes.
    Nowhere(String),
}

impl World {
    /// Runs the rotation that was asked for; `play` happens before each pass.
    pub(crate) async fn run(&mut self, play: impl AsyncFn(&mut Self)) -> End {
        let mut driver = self.engine();
        let mut waited = 0;
        for _ in 0..LIMIT {
            self.work().await;
            play(self).await;
            self.run_errand().await;
            driver = self.drive_once(driver).await;
            let snapshot = self.snapshot().await;
            let Some(rotation) = snapshot.ledger.rotation else {
                if let Some(ended) = snapshot.ledger.last.filter(|_| snapshot.asks.is_empty()) {
                    driver.release().await;
                    return End::Over(ended.outcome);
                }
                continue;
            };
            let parked = rotation.hold.filter(|hold| is_final(&hold.reason));
            waited = parked.as_ref().map_or(0, |_| waited + 1);
            if let Some(parked) = parked.filter(|_| waited > PATIENCE) {
                driver.release().await;
                return End::Held(parked.reason);
            }
        }
        let rotation = self.snapshot().await.ledger.rotation;
        match rotation.as_ref().and_then(|rotation| rotation.hold.clone()) {
            Some(hold) => End::Held(hold.reason),
            None => End::Nowhere(format!("{rotation:#?}")),
        }
    }

    /// One pass, then the time until the next one; a dead engine is replaced.
    pub(crate) async fn drive_once(&mut self, driver: Driver) -> Driver {
        let Some(outcome) = self.pass(&driver).await else {
            drop(driver);
            return self.restart().await;
        };
        let span = match outcome {
            Ok(Pass::Waits(Some(at))) => at.since(self.now()).clamp(Duration::from_millis(1), TICK),
            Ok(Pass::Waits(None) | Pass::Idle) => TICK,
            Ok(Pass::Taken) | Err(_) => Duration::from_secs(2),
        };
        self.time.advance(span).await;
        driver
    }
}

/// Whether nothing but a person, or a consumer that moves at last, ends such a hold.
fn is_final(reason: &HoldReason) -> bool {
    reason.resumes() == Resumes::ByHuman || *reason == HoldReason::Straggler
}
