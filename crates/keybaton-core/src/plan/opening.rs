//! The opening: whether a rotation would start now, as the shipped `step` answers.

use keybaton_types::{RotationId, document::Pause};
use serde::{Deserialize, Serialize};

use super::Setting;
use crate::{
    answer::{Answer, Found, Listed},
    facts::Facts,
    ledger::{Commit, Ledger},
    rotation::{Effect, Event, HoldReason, Operation, Refused, Rotation, Transition, step},
};

/// Whether a rotation would start now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It could start.
    CanStart,
    /// It would be refused, and nothing would change.
    Refused(Refused),
    /// It would start and then hold, and nothing would be made.
    WouldHold(HoldReason),
    /// One is under way already.
    Active(RotationId),
    /// Rotations of it are paused.
    Paused(Pause),
}

pub(super) fn verdict(setting: &Setting<'_>) -> Verdict {
    let ledger = setting.facts.ledger;
    if let Some(rotation) = &ledger.rotation {
        return Verdict::Active(rotation.id);
    }
    let id = RotationId(ledger.next_rotation);
    let fresh = Rotation::new(id, setting.old.map(|old| old.no), ledger.current, setting.cause);
    match step(fresh, setting.facts, Event::Started) {
        Err(refused) => Verdict::Refused(refused),
        Ok(begun) => setting.listing.map_or(Verdict::CanStart, |listing| rehearse(setting.facts, begun, listing)),
    }
}

/// Plays the first steps against the list that was read: an orphan of ours is swept in it, and then there is room or
/// there is none.
fn rehearse(facts: &Facts<'_>, begun: Transition, listing: &[Listed]) -> Verdict {
    let (mut ledger, mut listing, mut transition) = (facts.ledger.clone(), listing.to_vec(), begun);
    // Each round but the last two takes one entry from the list.
    for _ in 0..listing.len() + 2 {
        let Some(rotation) = play(&mut ledger, facts, transition) else { break };
        if let Some(hold) = rotation.hold {
            return Verdict::WouldHold(hold.reason);
        }
        let Some(event) = rotation.pending.as_ref().and_then(|pending| answer(pending, &mut listing)) else { break };
        match step(rotation, &Facts { ledger: &ledger, ..*facts }, event) {
            Ok(next) => transition = next,
            Err(refused) => return Verdict::Refused(refused),
        }
    }
    Verdict::CanStart
}

/// Commits a step to the rehearsal's own ledger.
fn play(ledger: &mut Ledger, facts: &Facts<'_>, transition: Transition) -> Option<Rotation> {
    let commit = Commit { expected: ledger.revision, epoch: ledger.epoch, at: facts.now, transition };
    ledger.apply(commit).ok()?;
    ledger.rotation.clone()
}

/// What the issuer would answer; `None` from the create on, which is where a rehearsal ends.
fn answer(pending: &Operation, listing: &mut Vec<Listed>) -> Option<Event> {
    let found = match &pending.effect {
        Effect::List => Found::Listed(listing.clone()),
        Effect::Sweep { id } => {
            listing.retain(|entry| entry.id != *id);
            Found::Nothing
        }
        Effect::Create { .. }
        | Effect::Probe { .. }
        | Effect::Publish { .. }
        | Effect::ReadBack
        | Effect::Disable { .. }
        | Effect::Enable { .. }
        | Effect::Destroy { .. }
        | Effect::EndSessions { .. }
        | Effect::Examine { .. } => return None,
    };
    Some(Event::Answered { seq: pending.seq, answer: Answer::Done(found) })
}
