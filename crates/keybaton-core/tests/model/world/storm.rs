//! A storm: somebody sees refusals that no credential can be blamed for. It may be B's doing, and in most worlds is not.

use std::time::Duration;

use keybaton_core::{
    ledger::Storm,
    policy::OnStraggler,
    rotation::{Event, Rotation, State, Then, Transition, Way},
};
use keybaton_types::Timestamp;

use super::{World, breach::Breach, setting::Setting, time::NOW, turn::Turned};

/// A moment later, within the same tick.
const MOMENT: Duration = Duration::from_micros(1);

impl World {
    /// Whether a storm could begin now that a step would hear of.
    pub(crate) fn may_storm(&self) -> bool {
        let state = self.ledger.rotation.as_ref().map(|rotation| rotation.state);
        let watched = matches!(state, Some(State::Draining(Way::Forward) | State::Disabling | State::Watching));
        self.budget.storm > 0 && watched && self.storm.is_none()
    }

    /// A storm begins.
    pub(crate) fn storm(&mut self) {
        self.budget.storm -= 1;
        self.storm = Some(NOW);
    }

    /// What signals said, as the store hands it to core.
    pub(crate) fn storms(&self) -> Vec<Storm> {
        self.storm.map(|since| Storm::new("api", "told by the model", since, since)).into_iter().collect()
    }

    /// A storm is after the disable, after the publish, or of no interest any more; a diagnosis is after it, or none.
    pub(crate) fn settle_storm(&mut self) {
        let times = self.ledger.rotation.as_ref().map(|rotation| rotation.times).unwrap_or_default();
        let tried = self.storm.is_some_and(|since| self.watch.diagnosed.is_some_and(|at| at >= since));
        self.storm = self.storm.and_then(|at| settled(at, times.off, times.since));
        self.watch.diagnosed = (tried && self.storm.is_some()).then_some(NOW);
    }

    /// Notes a rollback that nobody asked for and B gave no reason for.
    pub(crate) fn judge_back(&mut self, setting: &Setting, turned: &Turned, transition: &Transition) {
        let Some(after) = transition.rotation.as_ref().filter(|after| goes_back(after)) else { return };
        let asked = matches!(turned.event, Event::Asked(_))
            || goes_back(&turned.before)
            || turned.before.state == State::Draining(Way::Back);
        let by_policy = setting.policy.overlap.on_straggler == OnStraggler::Rollback;
        if asked || by_policy || self.ledger.restored || self.ghost.restored {
            return;
        }
        let works = after.new.and_then(|no| self.value(no)).is_some_and(|value| self.issuer.serves(value));
        let refused =
            |no| self.people.iter().flat_map(|p| &p.tallies).any(|t| t.credential == no && t.refused.is_some());
        if works && !after.new.is_some_and(refused) {
            self.ghost.breach = Some(Breach::Unattributed);
        }
    }
}

fn settled(at: Timestamp, off: Option<Timestamp>, since: Option<Timestamp>) -> Option<Timestamp> {
    if off.is_some_and(|off| at >= off) {
        return Some(NOW);
    }
    since.filter(|&since| at >= since).map(|since| since + MOMENT)
}

fn goes_back(rotation: &Rotation) -> bool {
    matches!(rotation.state, State::Publishing { way: Way::Back, .. } | State::Enabling(Then::Back))
}
