//! The three acts: a rotation, a straggler, a rollback.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use keybaton_core::rotation::{Cause, explain::safe_now};
use keybaton_ports::{Failure, FailureKind, Operations as _, Snapshot, Wanted};
use keybaton_sandbox::Scope;
use keybaton_types::{Outcome, Phase, RotationId};

use super::{
    failed,
    stage::{Stage, live},
    verdict::Played,
};
use crate::report::{Report, Tone};

/// No act takes longer.
const LONGEST: Duration = Duration::from_mins(1);

/// How long the straggler sleeps once everybody else has moved.
const NAP: Duration = Duration::from_secs(4);

/// An act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A rotation under load.
    Rotation,
    /// One instance does not move, and holds back the revoke.
    Straggler,
    /// The new key passes the probe and is refused at the consumers' route.
    Rollback,
}

impl Act {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Rotation => "A three-year-old key is rotated under load",
            Self::Straggler => "One instance keeps using the old key",
            Self::Rollback => "The new key passes the probe and fails at the consumers",
        }
    }

    fn expected(self) -> Outcome {
        match self {
            Self::Rotation | Self::Straggler => Outcome::Done,
            Self::Rollback => Outcome::RolledBack,
        }
    }

    /// Plays the act and counts what the consumers' users saw.
    pub(super) async fn play(self, stage: &Stage, report: &Report) -> Result<Played, Failure> {
        let before = Sum::of(stage);
        let begun = Instant::now();
        self.prepare(stage);
        let asked = stage.operations.ask(&stage.secret, Wanted::Rotate(Cause::Asked), "demo").await?;
        let mut watching =
            Watching { act: self, stage, report, shown: None, held_back: None, rotation: asked.rotation };
        let outcome = watching.follow().await?;
        stage.sandbox.state().set_scope_of_new(Scope::Granted);
        let (after, live) = (Sum::of(stage), live(stage).await);
        Ok(Played {
            act: self.title(),
            outcome,
            as_expected: outcome == self.expected(),
            requests: after.served - before.served,
            failed: after.failed - before.failed,
            repeated: after.repeated - before.repeated,
            held_back_seconds: watching.held_back.map(|span| span.as_secs_f64()),
            live_keys: live.len(),
            seconds: begun.elapsed().as_secs_f64(),
        })
    }

    fn prepare(self, stage: &Stage) {
        match self {
            Self::Rotation => {}
            Self::Straggler => stage.workers.iter().take(1).for_each(super::consumer::Worker::sleep),
            Self::Rollback => stage.sandbox.state().set_scope_of_new(Scope::Unauthorized),
        }
    }
}

/// What all consumers have counted so far.
struct Sum {
    served: u64,
    failed: u64,
    repeated: u64,
}

impl Sum {
    fn of(stage: &Stage) -> Self {
        let all = |pick: fn(&super::consumer::Counts) -> &std::sync::atomic::AtomicU64| {
            stage.workers.iter().map(|worker| pick(&worker.counts).load(Ordering::Relaxed)).sum()
        };
        Self { served: all(|c| &c.served), failed: all(|c| &c.failed), repeated: all(|c| &c.repeated) }
    }
}

/// Looks on while the engine works.
struct Watching<'a> {
    act: Act,
    stage: &'a Stage,
    report: &'a Report,
    shown: Option<Phase>,
    held_back: Option<Duration>,
    rotation: String,
}

impl Watching<'_> {
    async fn follow(&mut self) -> Result<Outcome, Failure> {
        let begun = Instant::now();
        let mut napping: Option<Instant> = None;
        while begun.elapsed() < LONGEST {
            let snapshot = self.stage.store.read(&self.stage.secret).await;
            let snapshot = snapshot.map_err(|error| failed("the ledger cannot be read", &error))?;
            let Some(snapshot) = snapshot else { continue };
            if let Some(outcome) = self.over(&snapshot) {
                self.report.step(Tone::Good, &outcome.to_string(), &safe_now(&snapshot.ledger));
                return Ok(outcome);
            }
            self.show(&snapshot);
            if self.act == Act::Straggler {
                self.nap(&snapshot, &mut napping).await?;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Failure::new(FailureKind::Unknown, "the act did not end within a minute"))
    }

    fn over(&self, snapshot: &Snapshot) -> Option<Outcome> {
        let ended = snapshot.ledger.last.as_ref()?;
        let named = |id: RotationId| id.name(&self.stage.secret) == self.rotation;
        (snapshot.ledger.rotation.is_none() && named(ended.id)).then_some(ended.outcome)
    }

    fn show(&mut self, snapshot: &Snapshot) {
        let Some(phase) = snapshot.ledger.rotation.as_ref().map(keybaton_core::rotation::Rotation::phase) else {
            return;
        };
        if self.shown.replace(phase) == Some(phase) {
            return;
        }
        let why =
            snapshot.ledger.alerts.last().filter(|_| phase == Phase::PublishingBack).map(|alert| alert.what.clone());
        self.report.step(Tone::Busy, &phase.to_string(), &why.unwrap_or_else(|| about(phase).to_owned()));
    }

    /// Everybody but the sleeper has moved: the revoke has to wait for it, and it is named.
    async fn nap(&mut self, snapshot: &Snapshot, napping: &mut Option<Instant>) -> Result<(), Failure> {
        let draining = snapshot.ledger.rotation.as_ref().is_some_and(|rotation| rotation.phase() == Phase::Draining);
        let Some(since) = *napping else {
            if draining {
                *napping = Some(Instant::now());
            }
            return Ok(());
        };
        if self.held_back.is_some() || since.elapsed() < NAP {
            return Ok(());
        }
        let story = self.stage.operations.explain(&self.stage.secret).await?;
        for wait in &story.waits {
            self.report.step(Tone::Bad, "waits", wait);
        }
        if draining {
            self.held_back = Some(since.elapsed());
        }
        for worker in &self.stage.workers {
            worker.wake();
        }
        let name = self.stage.workers.first().map(|worker| worker.name.clone()).unwrap_or_default();
        self.report.step(Tone::Good, "moves", &format!("{name} reads the new key at last"));
        Ok(())
    }
}

/// What a phase does, in a sentence.
fn about(phase: Phase) -> &'static str {
    match phase {
        Phase::Minting => "a second key is made while the first still works",
        Phase::Proving => "the new key is tried before anybody gets it",
        Phase::Publishing => "the new key goes into the vault as the next version",
        Phase::Draining => "both keys work; consumers move, and are watched",
        Phase::Disabling => "everybody has moved: the old key is switched off, reversibly",
        Phase::Watching => "whoever misses the old key now gets it back at once",
        Phase::Enabling => "the old key is switched on again",
        Phase::Revoking => "nobody missed it: the old key is destroyed",
        Phase::Confirming | Phase::ConfirmingBack => "the destroyed key is tried until it is refused",
        Phase::PublishingBack => "the old key becomes current again",
        Phase::DrainingBack => "consumers move back",
        Phase::RevokingBack => "the new key is destroyed",
        Phase::Idle | Phase::Done | Phase::RolledBack => "",
        Phase::Held => "it waits",
    }
}
