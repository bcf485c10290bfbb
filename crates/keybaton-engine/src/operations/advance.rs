//! Drives a rotation from a command, or looks on while another engine does, and says how it stands.

use keybaton_core::{
    facts::Presence,
    ledger::Ended,
    rotation::{
        Rotation as Active,
        explain::{errand, explain, safe_now},
    },
};
use keybaton_ports::{Failure, FailureKind, Progress};
use keybaton_types::{
    Outcome, Phase, SecretId,
    document::{Result as How, Rotation},
};

use super::{Local, failure, until};
use crate::{Charge, Pass, facts::Known};

impl Local {
    pub(super) async fn drive_on(&self, secret: &SecretId, rotation: &str) -> Result<Progress, Failure> {
        let charge = self.charge(secret)?;
        let pass = self.driver.pass(&charge).await.map_err(failure::engine)?;
        let (charge, known) = self.known(secret).await?;
        let look = match pass {
            Pass::Waits(at) => until(known.snapshot.now, at),
            Pass::Idle | Pass::Taken => None,
        };
        Ok(Progress { rotation: self.document(&charge, &known, rotation)?, next: look })
    }

    pub(super) async fn look_on(&self, secret: &SecretId, rotation: &str) -> Result<Rotation, Failure> {
        let (charge, known) = self.known(secret).await?;
        self.document(&charge, &known, rotation)
    }

    fn document(&self, charge: &Charge, known: &Known, wanted: &str) -> Result<Rotation, Failure> {
        let ledger = &known.snapshot.ledger;
        let named = |id: keybaton_types::RotationId| id.name(&charge.secret) == wanted;
        if let Some(active) = ledger.rotation.as_ref().filter(|active| named(active.id)) {
            return Ok(self.active(charge, known, active));
        }
        if let Some(ended) = ledger.last.as_ref().filter(|ended| named(ended.id)) {
            return Ok(over(charge, known, ended, wanted));
        }
        if known.snapshot.asks.is_empty() {
            return Err(Failure::new(FailureKind::No, format!("rotation {wanted} was not started"))
                .safe(safe_now(ledger))
                .hint(format!("`keybaton audit tail {}` shows why", charge.secret)));
        }
        Ok(self.asked(charge, known, wanted))
    }

    fn active(&self, charge: &Charge, known: &Known, active: &Active) -> Rotation {
        let ledger = &known.snapshot.ledger;
        let facts = known.facts(charge, self.store().installation(), Presence::Stays);
        let (story, errand) = (explain(&facts), errand(active, &facts));
        let driver = known.snapshot.driver.clone().filter(|holder| *holder != self.holder);
        Rotation {
            outcome: if active.hold.is_some() && errand.is_none() { How::Held } else { How::Draining },
            errand,
            phase: active.phase(),
            from: active.from.map(|no| no.0),
            to: ledger.current.filter(|no| Some(*no) != active.from).map(|no| no.0),
            grade: active.grade,
            hold: active.hold.as_ref().map(|hold| hold.reason.to_string()),
            waits: story.waits,
            safe: story.safe,
            driver,
            ..blank(charge, &active.id.name(&charge.secret))
        }
    }

    fn asked(&self, charge: &Charge, known: &Known, wanted: &str) -> Rotation {
        let driver = known.snapshot.driver.clone().filter(|holder| *holder != self.holder);
        Rotation {
            from: known.snapshot.ledger.current.map(|no| no.0),
            safe: safe_now(&known.snapshot.ledger),
            driver,
            ..blank(charge, wanted)
        }
    }
}

fn over(charge: &Charge, known: &Known, ended: &Ended, wanted: &str) -> Rotation {
    let (outcome, phase) = match ended.outcome {
        Outcome::Done => (How::Done, Phase::Done),
        Outcome::RolledBack => (How::RolledBack, Phase::RolledBack),
    };
    Rotation {
        outcome,
        phase,
        from: ended.from.map(|no| no.0),
        to: ended.to.map(|no| no.0),
        grade: ended.grade,
        safe: safe_now(&known.snapshot.ledger),
        ..blank(charge, wanted)
    }
}

/// A rotation of which nothing is known yet.
fn blank(charge: &Charge, rotation: &str) -> Rotation {
    Rotation {
        schema: Rotation::SCHEMA.to_owned(),
        rotation: rotation.to_owned(),
        secret: charge.secret.name().to_owned(),
        env: charge.secret.env().to_owned(),
        outcome: How::Draining,
        phase: Phase::Minting,
        from: None,
        to: None,
        grade: None,
        hold: None,
        errand: None,
        waits: Vec::new(),
        safe: String::new(),
        driver: None,
    }
}
