//! An explanation: why a key is in its state, what happens next, what is safe now, and what a person can do.
//!
//! It is words over the same gate and the same `step` that decide, and decides nothing itself. `explain` and `status`
//! print it, and every error during a rotation carries [`safe_now`].

mod can;
mod keys;
mod next;
mod person;
mod safe;
mod sentence;
mod waits;

use keybaton_types::{Grade, Timestamp};
use serde::{Deserialize, Serialize};

pub use can::Action;
pub use person::errand;
pub use safe::safe_now;
pub use sentence::phase_sentence;

use super::{Rotation, State, Way, span};
use crate::{
    facts::Facts,
    gate::{self, Gate},
    policy::Pause,
};

/// Why a key is in its state, what happens next, what is safe now, and what a person can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Why, in one or two sentences.
    pub sentence: String,
    /// What is still awaited, a line each: who, since when, why.
    pub waits: Vec<String>,
    /// What happens next, and when.
    pub next: String,
    /// Which key works, and whether anything was revoked.
    pub safe: String,
    /// How sure the last revoke was; in a drain, how sure it would be if it happened now.
    pub grade: Option<Grade>,
    /// What a person can do, each as a command that works now.
    pub can: Vec<Action>,
}

/// Explains the state of a secret, whatever it is.
pub fn explain(facts: &Facts<'_>) -> Explanation {
    let story = facts.ledger.rotation.as_ref().map(|rotation| Story::new(rotation, facts));
    let waits = story.as_ref().map(waits::lines).unwrap_or_default();
    Explanation {
        sentence: story.as_ref().map_or_else(|| sentence::at_rest(facts), sentence::during),
        waits,
        next: story.as_ref().map_or_else(|| next::at_rest(facts), next::during),
        safe: safe_now(facts.ledger),
        grade: story.as_ref().map_or_else(|| facts.ledger.last.as_ref().and_then(|last| last.grade), Story::grade),
        can: story.as_ref().map_or_else(|| can::at_rest(facts), can::during),
    }
}

impl Explanation {
    /// Says when the schedule starts the next rotation, for a secret that has none under way. The schedule is not among
    /// the facts of a step, so whoever knows it adds it.
    #[must_use]
    pub fn scheduled(mut self, facts: &Facts<'_>, due: Option<Timestamp>) -> Self {
        if let (None, Some(due)) = (&facts.ledger.rotation, due) {
            self.next = format!("The schedule starts the next rotation {}.", span::until(facts.now, due));
        }
        self
    }
}

impl Explanation {
    /// Says until when nothing begins, and that a pause is over which nobody has acknowledged yet.
    #[must_use]
    pub fn paused(mut self, facts: &Facts<'_>, pause: Option<&Pause>, over: &[&Pause]) -> Self {
        let mut sentences = vec![self.sentence];
        if let Some(pause) = pause {
            let (until, who) = (span::until(facts.now, pause.until), &pause.by);
            sentences.push(format!("Rotations of {} are paused by {who}; that ends {until}.", pause.scope));
            let runs = facts.ledger.rotation.is_some();
            sentences.extend(runs.then(|| "The rotation that is under way goes on.".to_owned()));
            self.can.retain(|action| action.command != format!("keybaton rotate {}", facts.secret));
        }
        sentences.extend(over.iter().map(|pause| finished(&pause.farewell())));
        self.sentence = sentences.join(" ");
        self.can.extend(pause.map(|pause| Action::resume(pause, "to end the pause now")));
        self.can.extend(over.iter().map(|pause| Action::resume(pause, "to acknowledge that the pause is over")));
        self
    }
}

/// An active rotation and what the gate says of it.
struct Story<'a> {
    rotation: &'a Rotation,
    facts: &'a Facts<'a>,
    /// Only while consumers move.
    drain: Option<Drain>,
}

/// A drain: which way, and what it waits for.
struct Drain {
    way: Way,
    gate: Gate,
}

impl<'a> Story<'a> {
    fn new(rotation: &'a Rotation, facts: &'a Facts<'a>) -> Self {
        let drain = match rotation.state {
            State::Draining(way) => Some(Drain { way, gate: gate::evaluate(rotation, facts, way) }),
            State::Minting(_)
            | State::Proving { .. }
            | State::Publishing { .. }
            | State::Disabling
            | State::Watching
            | State::Enabling(_)
            | State::Revoking(_)
            | State::Confirming(..)
            | State::Ended(_) => None,
        };
        Self { rotation, facts, drain }
    }

    /// A drain without a loser revokes nothing.
    fn grade(&self) -> Option<Grade> {
        let drain = self.drain.as_ref().filter(|drain| self.rotation.loser(drain.way).is_some());
        drain.map(|drain| drain.gate.grade).or(self.rotation.grade)
    }
}

/// A sentence begins with a capital, and ends.
fn finished(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str())).unwrap_or_default()
}
