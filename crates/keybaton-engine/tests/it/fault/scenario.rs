//! The scenarios: what happens besides the fault.

use std::time::Duration;

use keybaton_core::ledger::{Seen, Sighting};
use keybaton_core::{
    policy::{Consumer, Evidence, OnStraggler},
    rotation::{Cause, HoldReason, Request, Rotation, State, Way},
};
use keybaton_ports::{Issuer, Store, Wanted};
use keybaton_types::{CredentialNo, IssuedId, Outcome};

use super::sheet::Sheet;
use crate::world::{End, Mood, Setting, World, value};

/// What happens besides the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scenario {
    /// Everybody moves.
    Plain,
    /// The issuer, a pipeline and a quiet time are the evidence.
    Evidence,
    /// Consumers are refused with the new key.
    Rollback,
    /// The probe refuses the new key once the old one is off.
    RollbackWhileOff,
    /// A person goes back while consumers move.
    Asked,
    /// The new key is never accepted.
    NeverProves,
    /// Somebody else's key takes the last place for a while.
    SlotsFull,
    /// One instance never moves, and a person has to decide.
    Straggler,
    /// The old key leaked, and one instance never moves.
    Emergency,
    /// One instance never moves, and a person ends the overlap.
    Forced,
    /// One instance never moves, and the policy ends the overlap.
    RevokedAtMax,
}

const FOREIGN: &str = "foreign-1";

impl Scenario {
    pub(super) const ALL: [Self; 11] = [
        Self::Plain,
        Self::Evidence,
        Self::Rollback,
        Self::RollbackWhileOff,
        Self::Asked,
        Self::NeverProves,
        Self::SlotsFull,
        Self::Straggler,
        Self::Emergency,
        Self::Forced,
        Self::RevokedAtMax,
    ];

    /// Whether the scenario means anything on a sheet.
    pub(super) fn fits(self, sheet: Sheet) -> bool {
        match self {
            Self::RollbackWhileOff => sheet.switching,
            Self::Evidence => sheet.listing && sheet.sessions,
            Self::SlotsFull => sheet.chooser.errand().is_none(),
            _ => true,
        }
    }

    pub(super) fn setting(self, sheet: Sheet) -> Setting {
        let mut setting = sheet.setting();
        match self {
            Self::SlotsFull => setting.issuer.max_credentials = Some(2),
            Self::RevokedAtMax => setting.policy.overlap.on_straggler = OnStraggler::Revoke,
            Self::Evidence => {
                let quiet = Duration::from_mins(1);
                let kinds = [Evidence::Session { quiet }, Evidence::LastUsed { quiet }, Evidence::Ack];
                let named = |(no, evidence)| Consumer { name: format!("job-{no}"), evidence };
                setting.policy.consumers = kinds.into_iter().enumerate().map(named).collect();
            }
            _ => {}
        }
        if matches!(self, Self::Straggler | Self::RevokedAtMax) {
            setting.policy.overlap.max = Duration::from_mins(3);
        }
        setting
    }

    /// What has happened before the rotation is asked for.
    pub(super) async fn prepare(self, world: &mut World) {
        world.work().await;
        world.crew.workers[1].stuck = self.has_straggler();
        match self {
            Self::Rollback => world.crew.refused.extend((2..20).map(CredentialNo)),
            Self::NeverProves => world.gate.be(Mood::RefusesNew),
            Self::SlotsFull => drop(world.issuer.plant(FOREIGN, value("somebody else's"))),
            _ => {}
        }
        let cause = if self == Self::Emergency { Cause::Leaked } else { Cause::Asked };
        world.ask(Wanted::Rotate(cause)).await;
    }

    /// What happens before a pass.
    pub(super) async fn play(self, world: &mut World) {
        let rotation = world.snapshot().await.ledger.rotation;
        let Some(rotation) = rotation else { return };
        match self {
            Self::RollbackWhileOff if rotation.state == State::Watching => world.gate.be(Mood::RefusesNew),
            Self::Asked if rotation.state == State::Draining(Way::Forward) => ask(world, Request::Rollback).await,
            Self::Forced if is_draining(&rotation) && !rotation.forced => ask(world, Request::Force).await,
            Self::SlotsFull if is_full(&rotation) => world.issuer.destroy(&IssuedId::from(FOREIGN)).await.unwrap(),
            Self::Evidence => acknowledge(world).await,
            _ => {}
        }
    }

    /// How it ends when nothing goes wrong, or one thing does.
    pub(super) fn end(self) -> End {
        match self {
            Self::Rollback | Self::RollbackWhileOff | Self::Asked | Self::NeverProves => End::Over(Outcome::RolledBack),
            Self::Straggler => End::Held(HoldReason::Straggler),
            Self::Plain | Self::Evidence | Self::SlotsFull | Self::Emergency | Self::Forced | Self::RevokedAtMax => {
                End::Over(Outcome::Done)
            }
        }
    }

    pub(super) fn has_straggler(self) -> bool {
        matches!(self, Self::Straggler | Self::Emergency | Self::Forced | Self::RevokedAtMax)
    }
}

/// A straggler's watch is over when a person gives up on it.
fn is_draining(rotation: &Rotation) -> bool {
    rotation.state == State::Draining(Way::Forward)
}

fn is_full(rotation: &Rotation) -> bool {
    matches!(&rotation.hold, Some(hold) if matches!(hold.reason, HoldReason::SlotsFull(_)))
}

async fn ask(world: &World, request: Request) {
    if world.snapshot().await.asks.is_empty() {
        world.ask(Wanted::Of(request)).await;
    }
}

/// The pipeline says that its job has moved, once the new key is served.
async fn acknowledge(world: &World) {
    if world.served().await.is_none_or(|served| served == CredentialNo(1)) {
        return;
    }
    let (consumer, instance) = ("job-2".to_owned(), "pipeline".to_owned());
    let acked =
        Sighting { consumer, instance, credential: None, seen: Seen::Acked, last: world.now(), lease_until: None };
    world.memory.sight(&world.secret, &acked).await.unwrap();
}
