//! One turn of a rotation: gathers what changes, and ends as a transition.

use std::time::Duration;

use keybaton_types::{CredentialNo, Outcome, Timestamp};

use super::{Cause, Effect, Hold, HoldReason, Operation, Rotation, State, Transition, pace, step::OWN_ALERTS};
use crate::{
    answer::{Blame, Why},
    facts::Facts,
    ledger::{Alert, AlertKind, Change, Credential},
};

/// A step being made.
pub(super) struct Turn<'a> {
    pub(super) rotation: Rotation,
    pub(super) facts: &'a Facts<'a>,
    /// Set when a person has just vouched for a restored database.
    pub(super) trusted: bool,
    changes: Vec<Change>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(rotation: Rotation, facts: &'a Facts<'a>) -> Self {
        Self { rotation, facts, trusted: false, changes: Vec::new() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// The credential with this number; every number in a rotation names a row of the ledger.
    pub(super) fn credential(&self, no: Option<CredentialNo>) -> Option<Credential> {
        self.facts.ledger.credential(no?).cloned()
    }

    /// The same, with what this step has changed of it already.
    fn latest(&self, no: Option<CredentialNo>) -> Option<Credential> {
        let changed = self.changes.iter().rev().filter_map(Change::credential).find(|changed| Some(changed.no) == no);
        changed.cloned().or_else(|| self.credential(no))
    }

    /// Whether the state database is older than the world and nobody has looked yet (R11).
    pub(super) fn is_restored(&self) -> bool {
        self.facts.ledger.restored && !self.trusted
    }

    pub(super) fn change(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Changes a credential's row, where there is one.
    pub(super) fn amend(&mut self, no: Option<CredentialNo>, change: impl FnOnce(&mut Credential)) {
        if let Some(mut credential) = self.latest(no) {
            change(&mut credential);
            self.change(Change::Credential(credential));
        }
    }

    /// Resolves an alert, where one of the kind is open.
    pub(super) fn resolve(&mut self, kind: AlertKind) {
        if self.is_raised(kind) {
            self.change(Change::Resolve(kind));
        }
    }

    pub(super) fn is_raised(&self, kind: AlertKind) -> bool {
        self.facts.ledger.alerts.iter().any(|alert| alert.kind == kind)
    }

    pub(super) fn alert(&mut self, kind: AlertKind, what: impl Into<String>) {
        self.change(Change::Raise(Alert { kind, what: what.into(), since: self.facts.now }));
    }

    /// Moves to a state with a clean slate: no failed tries, and no hold that was waiting for this.
    pub(super) fn advance(&mut self, state: State) {
        self.rotation.state = state;
        self.rotation.tries = 0;
        self.rotation.times.wake = None;
        self.release();
    }

    /// Ends the hold.
    pub(super) fn release(&mut self) {
        if self.rotation.hold.take().is_some() {
            self.change(Change::Resolve(AlertKind::Held));
            self.resolve(AlertKind::PersonLate);
            self.rotation.times.told = None;
        }
    }

    /// Ends the hold unless its reason is to stay.
    pub(super) fn release_if(&mut self, gone: impl Fn(&HoldReason) -> bool) {
        if self.rotation.hold.as_ref().is_some_and(|hold| gone(&hold.reason)) {
            self.release();
        }
    }

    /// Whether the current credential has leaked.
    pub(super) fn is_emergency(&self) -> bool {
        self.rotation.cause == Cause::Leaked
    }

    /// Performs an effect in the present state: the intent is written by the commit that carries this transition.
    pub(super) fn perform(mut self, effect: Effect) -> Transition {
        let deadline = self.facts.now + self.facts.sheet.timeout;
        let lands_until = deadline + self.facts.sheet.quiescence;
        self.rotation.times.wake = None;
        self.rotation.pending = Some(Operation { seq: self.facts.ledger.next_op, effect, deadline, lands_until });
        self.done(None)
    }

    /// Waits until `at`; whatever is seen before then is looked at too.
    pub(super) fn wait(mut self, at: Timestamp) -> Transition {
        self.rotation.times.wake = Some(at);
        self.done(Some(at))
    }

    /// Waits for a while.
    pub(super) fn pause(self, span: Duration) -> Transition {
        let at = self.facts.now + span;
        self.wait(at)
    }

    /// Tries again later, and holds when that has gone on for long.
    pub(super) fn retry(mut self, why: Why) -> Transition {
        self.rotation.tries = self.rotation.tries.saturating_add(1);
        let span = pace::after(self.rotation.tries - 1);
        let hopeless = matches!(why.blame, Blame::OurCredential | Blame::Rejected | Blame::Unsupported);
        if self.rotation.hold.is_none() && (hopeless || self.rotation.tries >= pace::PATIENCE) {
            let reason = if hopeless { HoldReason::Rejected(why.what) } else { HoldReason::Unreachable(why.what) };
            self.park(reason);
        }
        self.pause(span)
    }

    /// Parks the rotation with an alert, and looks again after a while.
    pub(super) fn hold(mut self, reason: HoldReason) -> Transition {
        self.park(reason);
        let span = self.facts.policy.watch.every;
        self.pause(span)
    }

    /// Parks the rotation without a pause: the next sighting may end it.
    pub(super) fn hold_quietly(mut self, reason: HoldReason) -> Transition {
        self.park(reason);
        self.done(None)
    }

    /// Sets the hold and raises its alert; a hold with the same reason stays as it is.
    pub(super) fn park(&mut self, reason: HoldReason) {
        if self.rotation.hold.as_ref().is_some_and(|h| h.reason == reason) {
            return;
        }
        self.alert(AlertKind::Held, reason.to_string());
        self.rotation.hold = Some(Hold { reason, since: self.facts.now });
    }

    /// Notes that a call may still land until then (R9).
    pub(super) fn may_land(&mut self, until: Timestamp) {
        self.rotation.times.landing = self.rotation.times.landing.max(Some(until));
    }

    /// Until when nothing is tried again, if a pause is not over.
    pub(super) fn pausing(&self) -> Option<Timestamp> {
        self.rotation.times.wake.filter(|&at| at > self.facts.now)
    }

    /// Until when an earlier call may still land, if it may.
    pub(super) fn landing(&self) -> Option<Timestamp> {
        self.rotation.times.landing.filter(|&at| at > self.facts.now)
    }

    /// Begins a new watch: what was observed before does not count.
    pub(super) fn watch_anew(&mut self) {
        self.rotation.watch += 1;
    }

    pub(super) fn end(mut self, outcome: Outcome) -> Transition {
        self.rotation.hold = None;
        for kind in OWN_ALERTS {
            self.resolve(kind);
        }
        if outcome == Outcome::Done {
            self.resolve(AlertKind::RolledBack);
        }
        self.rotation.state = State::Ended(outcome);
        self.rotation.pending = None;
        self.done(None)
    }

    /// The transition as it stands; idle where nothing is different.
    pub(super) fn done(self, look: Option<Timestamp>) -> Transition {
        let same = self.facts.ledger.rotation.as_ref() == Some(&self.rotation);
        Transition { rotation: (!same).then_some(self.rotation), changes: self.changes, look }
    }

    /// Changes nothing, and looks again at `look`.
    pub(super) fn idle(self, look: Option<Timestamp>) -> Transition {
        self.done(look)
    }
}
