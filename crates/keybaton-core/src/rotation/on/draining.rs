//! Draining: consumers move to the winner. The loser dies only when the gate is open; B is watched all the time.

use keybaton_types::Outcome;

use super::Input;
use crate::{
    answer::{Answer, Found, Served, Verdict},
    facts::Presence,
    gate::{self, Gate, Wait},
    health::{self, Finding},
    ledger::AlertKind,
    policy::{OnStraggler, Rollback},
    rotation::{Effect, HoldReason, Refused, Request, Resumes, State, Then, Transition, Way, turn::Turn},
};

pub(in crate::rotation) fn on(turn: Turn<'_>, way: Way, input: &Input) -> Result<Transition, Refused> {
    match input {
        Input::Begin => Err(Refused::Begun),
        Input::Answer { answer, .. } => Ok(resumed(turn, way, answer)),
        Input::Asked(Request::Rollback) if way == Way::Back => Err(Refused::AlreadyBack),
        Input::Asked(Request::Rollback) => super::publishing::back(turn),
        Input::Asked(Request::Resume) => Ok(turn.perform(Effect::ReadBack)),
        Input::Asked(_) => Ok(force(turn, way)),
        Input::Woke => Ok(look(turn, way)),
    }
}

/// What the vault serves once a person has ended a hold: what is ours begins a new watch, what is not holds again. Where
/// nobody can tell, nothing that was forced before stays forced.
fn resumed(mut turn: Turn<'_>, way: Way, answer: &Answer) -> Transition {
    let drift = match answer {
        Answer::Done(Found::Served(served)) => turn.drift_to(*served),
        Answer::Done(_) | Answer::NotSent(_) | Answer::Refused(_) | Answer::Unknown(_) => {
            turn.rotation.forced = false;
            None
        }
    };
    match drift {
        Some(Drift::Ours) => republish(turn, way),
        Some(Drift::Foreign) => turn.hold_quietly(HoldReason::ForeignWrite),
        None => {
            turn.watch_anew();
            turn.done(None)
        }
    }
}

fn force(mut turn: Turn<'_>, way: Way) -> Transition {
    turn.rotation.forced = true;
    turn.release();
    look(turn, way)
}

/// What is looked at, in this order: the new credential's health, the vault, the gate.
fn look(mut turn: Turn<'_>, way: Way) -> Transition {
    // A grade in a drain says that only a shared value is in the way: it is said anew at each look, or not.
    let cleared = turn.rotation.grade.take().is_some();
    if turn.facts.watch.jumps > 0 && !turn.is_raised(AlertKind::ClockJump) {
        turn.alert(AlertKind::ClockJump, "the clock jumped; the time in which it did so does not count");
    }
    if way == Way::Forward
        && let Some(finding) = health::judge(&turn.rotation, turn.facts)
    {
        match answer(&mut turn, &finding) {
            Reaction::Back => return super::publishing::back(turn).unwrap_or_default(),
            Reaction::Hold(reason) => return turn.hold_quietly(reason),
            Reaction::Note => {}
        }
    }
    weather(&mut turn, way);
    if turn.is_switched_off(way) && !cleared {
        turn.alert(AlertKind::Drift, "the old key was switched off at the issuer while it had to be on");
        return super::enabling::enable(turn, Then::Drain);
    }
    match turn.drift() {
        Some(Drift::Ours) => return republish(turn, way),
        Some(Drift::Foreign) => return turn.hold_quietly(HoldReason::ForeignWrite),
        None => {}
    }
    if turn.rotation.hold.as_ref().is_some_and(|hold| hold.reason.resumes() == Resumes::ByHuman) {
        return turn.done(None);
    }
    let gate = gate::evaluate(&turn.rotation, turn.facts, way);
    if gate.waits.is_empty() { passed(turn, way, &gate) } else { wait(turn, way, &gate) }
}

enum Reaction {
    Back,
    Hold(HoldReason),
    Note,
}

/// R13: an attributed failure goes back by itself, or asks, as the policy says. Past a hold that waits for a person it
/// still goes back by itself: consumers come first.
fn answer(turn: &mut Turn<'_>, finding: &Finding) -> Reaction {
    match finding {
        Finding::NewFails(failure) => match turn.facts.policy.rollback {
            _ if turn.rotation.old.is_none() => Reaction::Hold(HoldReason::NewFails),
            _ if turn.is_old_dead() => Reaction::Note,
            Rollback::Auto => {
                turn.alert(AlertKind::RolledBack, failure.to_string());
                Reaction::Back
            }
            Rollback::Ask | Rollback::Off => Reaction::Hold(HoldReason::NewFails),
        },
        Finding::BothRefused => Reaction::Hold(HoldReason::BothRefused),
        Finding::OneInstance { consumer, instance } => {
            let what = format!("{consumer}/{instance} is refused with the new key while the others succeed");
            if !turn.facts.ledger.alerts.iter().any(|a| a.kind == AlertKind::Instance && a.what == what) {
                turn.alert(AlertKind::Instance, what);
            }
            Reaction::Note
        }
    }
}

/// A storm that is not B's doing is said once, and no longer than somebody sees it.
fn weather(turn: &mut Turn<'_>, way: Way) {
    let storm = health::unexplained(&turn.rotation, turn.facts).filter(|_| way == Way::Forward);
    if let Some(storm) = storm.filter(|_| !turn.is_raised(AlertKind::Storm)) {
        let old = if turn.facts.watch.old.is(Verdict::Refused, 1) { "is refused" } else { "works too" };
        let what = format!("{}: {}; the new key works, the old key {old}", storm.source, storm.what);
        turn.alert(AlertKind::Storm, what);
    }
    if turn.facts.storms.iter().all(|storm| !storm.rages(turn.now())) {
        turn.resolve(AlertKind::Storm);
    }
}

/// What a vault serves that should serve the winner.
enum Drift {
    /// Another version of ours.
    Ours,
    /// Something that we did not write.
    Foreign,
}

impl Turn<'_> {
    /// Whether going back was tried and A did not work: a person has to look.
    fn is_old_dead(&self) -> bool {
        self.rotation.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::OldDead)
    }

    /// R9: whether the vault serves anything but the winner.
    pub(super) fn is_drifting(&self) -> bool {
        self.drift().is_some()
    }

    /// Whether another secret that held the same value has condemned A: there is nothing left to switch off.
    fn is_condemned_elsewhere(&self) -> bool {
        self.facts.shared.iter().any(|holder| Some(holder.credential) == self.rotation.old && holder.condemned)
    }

    /// R9: whether the issuer shows A switched off while it is meant to be on.
    fn is_switched_off(&self, way: Way) -> bool {
        way == Way::Forward && self.rotation.old.is_some() && self.facts.watch.old_enabled == Some(false)
    }

    /// R9: drift of our own is republished, a foreign write is a hold.
    fn drift(&self) -> Option<Drift> {
        self.drift_to(self.facts.watch.served?)
    }

    fn drift_to(&self, served: Served) -> Option<Drift> {
        match served {
            Served::Ours(version) if Some(version) == self.facts.ledger.current => None,
            Served::Ours(_) | Served::Nothing => Some(Drift::Ours),
            Served::Foreign => Some(Drift::Foreign),
        }
    }
}

fn republish(mut turn: Turn<'_>, way: Way) -> Transition {
    turn.alert(AlertKind::Drift, "the vault served another version of ours and was written again");
    super::publishing::publish(turn, way)
}

/// The gate is open: nobody uses the loser any more, as far as can be known.
fn passed(mut turn: Turn<'_>, way: Way, gate: &Gate) -> Transition {
    if turn.rotation.loser(way).is_none() {
        return turn.end(Outcome::Done);
    }
    turn.rotation.grade = Some(gate.grade);
    let gentle = way == Way::Forward
        && turn.facts.sheet.switching.has()
        && !turn.is_emergency()
        && !turn.rotation.forced
        && !turn.is_condemned_elsewhere();
    match turn.rotation.old {
        Some(credential) if gentle => {
            if turn.facts.presence == Presence::Passes {
                turn.rotation.grade = None;
                return turn.done(None);
            }
            turn.advance(State::Disabling);
            turn.rotation.times.off = Some(turn.now());
            turn.perform(Effect::Disable { credential })
        }
        _ => super::revoking::condemn(turn, way),
    }
}

/// The gate is shut: at `overlap.max` the policy decides, but not about the key of another secret.
fn wait(mut turn: Turn<'_>, way: Way, gate: &Gate) -> Transition {
    turn.rotation.grade = gate.is_cleared().then_some(gate.grade);
    let policy = turn.facts.policy;
    let late = turn.now() >= turn.rotation.times.since.unwrap_or(turn.now()) + policy.overlap.max;
    let somebody = gate.waits.iter().any(Wait::is_evidence);
    if !(late && somebody) {
        if somebody {
            turn.release_if(|reason| *reason != HoldReason::Straggler);
        } else {
            turn.release();
        }
        let look = next_look(&turn, gate);
        return turn.done(look);
    }
    if gate.waits.iter().any(|wait| matches!(wait, Wait::Shared { .. })) {
        return turn.hold_quietly(HoldReason::Straggler);
    }
    match policy.overlap.on_straggler {
        OnStraggler::Revoke if gate.waits.iter().all(Wait::is_evidence) => force(turn, way),
        OnStraggler::Rollback if way == Way::Forward && turn.rotation.old.is_some() => {
            turn.alert(AlertKind::RolledBack, "somebody still used the old key at the end of the overlap");
            super::publishing::back(turn).unwrap_or_default()
        }
        OnStraggler::Revoke => turn.done(None),
        OnStraggler::Rollback | OnStraggler::Hold => turn.hold_quietly(HoldReason::Straggler),
    }
}

/// When the gate may open by time alone.
fn next_look(turn: &Turn<'_>, gate: &Gate) -> Option<keybaton_types::Timestamp> {
    let max = turn.rotation.times.since.map(|since| since + turn.facts.policy.overlap.max);
    let times = gate.waits.iter().filter_map(|wait| match wait {
        Wait::Floor { until } | Wait::Landing { until } => Some(*until),
        Wait::Straggler(_)
        | Wait::Watched { .. }
        | Wait::Storm { .. }
        | Wait::Missing { .. }
        | Wait::Acknowledgement { .. }
        | Wait::Sessions { .. }
        | Wait::LastUsed { .. }
        | Wait::Shared { .. } => None,
    });
    times.chain(max).filter(|&at| at > turn.now()).min()
}
