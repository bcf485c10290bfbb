//! What a person can do now. Only what `step` would accept is offered.

use keybaton_types::{
    VersionNo,
    document::{Errand, Task},
};
use serde::{Deserialize, Serialize};

use super::{Drain, Story};
use crate::{
    facts::Facts,
    gate::{self, Wait},
    policy::Pause,
    roster::Stand,
    rotation::{Cause, Event, Request, Rotation, Way, step},
};

/// A command and when to use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The command, as it is typed.
    pub command: String,
    /// When it is the right one, and what it breaks.
    pub when: String,
}

impl Action {
    fn new(command: String, when: impl Into<String>) -> Self {
        Self { command, when: when.into() }
    }
}

impl Action {
    /// Ending a pause, or acknowledging that it is over.
    pub(super) fn resume(pause: &Pause, when: &str) -> Self {
        Self::new(pause.scope.resume(), when)
    }
}

/// A secret without a rotation.
pub(super) fn at_rest(facts: &Facts<'_>) -> Vec<Action> {
    let secret = facts.secret;
    if facts.ledger.restored {
        let when = "when you have checked that its current key is the right one";
        return vec![Action::new(format!("keybaton resume {secret}"), when)];
    }
    match facts.ledger.current {
        Some(_) => vec![
            Action::new(format!("keybaton plan {secret}"), "to see what a rotation would do"),
            Action::new(format!("keybaton rotate {secret}"), "to start one now"),
        ],
        None => vec![
            Action::new(format!("keybaton adopt {secret} --id ID"), "to take over a key that exists, unchanged"),
            Action::new(format!("keybaton rotate {secret}"), "to make the first key"),
        ],
    }
}

/// An active rotation.
pub(super) fn during(story: &Story<'_>) -> Vec<Action> {
    let mut can: Vec<Action> = resume(story).into_iter().collect();
    if story.facts.ledger.restored {
        return can;
    }
    can.extend(story.drain.iter().flat_map(|drain| stragglers(story, drain)));
    can.extend(rollback(story));
    can.extend(story.drain.as_ref().and_then(|drain| revoke(story, drain)));
    can.extend(hasten(story));
    can
}

/// What ends the hold: of an errand, the command that tells of it.
fn resume(story: &Story<'_>) -> Option<Action> {
    let action = match super::errand(story.rotation, story.facts) {
        None => Action::new(format!("keybaton resume {}", story.facts.secret), "when the reason for the hold is gone"),
        Some(Errand { task: Task::MakeKey, command, .. }) => {
            Action::new(command, "when you have made it; it reads the value")
        }
        Some(Errand { task: Task::DeleteKey, command, .. }) => {
            Action::new(command, "when you have deleted it: it is tried at once")
        }
    };
    accepts(story, Request::Resume).then_some(action)
}

fn rollback(story: &Story<'_>) -> Option<Action> {
    let secret = story.facts.secret;
    let when = if story.rotation.old.is_some() {
        "to go back to the old key; the new one is destroyed when nobody uses it"
    } else {
        "to give up; the new key is destroyed"
    };
    accepts(story, Request::Rollback).then(|| Action::new(format!("keybaton rollback {secret}"), when))
}

/// Ending the overlap now, and who would be cut off by it.
fn revoke(story: &Story<'_>, drain: &Drain) -> Option<Action> {
    let version = version(story, drain.way).filter(|_| accepts(story, Request::Force))?;
    let cut_off = gate::cut_off(&drain.gate);
    let when = if cut_off.is_empty() {
        "to end the overlap now".to_owned()
    } else {
        format!("to end the overlap now; it cuts off {}", cut_off.join(", "))
    };
    Some(Action::new(format!("keybaton revoke {} --version {version}", story.facts.secret), when))
}

fn hasten(story: &Story<'_>) -> Option<Action> {
    let can = story.rotation.cause != Cause::Leaked && !story.rotation.state.is_past_return();
    let command = format!("keybaton rotate {} --reason leaked", story.facts.secret);
    (can && story.rotation.old.is_some()).then(|| Action::new(command, "if the old key has leaked: it dies soon"))
}

/// What can be said about each one that has not moved.
fn stragglers(story: &Story<'_>, drain: &Drain) -> Vec<Action> {
    let secret = story.facts.secret;
    drain
        .gate
        .waits
        .iter()
        .filter_map(|wait| match wait {
            Wait::Straggler(s) => {
                let who = format!("{}/{}", s.consumer, s.instance);
                Some(match s.stand {
                    Stand::Unknown(_) => {
                        Action::new(format!("keybaton consumers forget {secret} {who}"), "if it is gone for good")
                    }
                    Stand::Old(_) | Stand::Leased(_) | Stand::Clear(_) => {
                        Action::new(format!("keybaton consumers ack {secret} {who}"), "if you know that it has moved")
                    }
                })
            }
            Wait::Acknowledgement { consumer } => Some(Action::new(
                format!("keybaton consumers ack {secret} {consumer}"),
                "when you have moved it, or its pipeline has",
            )),
            Wait::Shared { secret } => {
                Some(Action::new(format!("keybaton rotate {secret}"), "to give it a key of its own"))
            }
            Wait::Missing { .. }
            | Wait::Sessions { .. }
            | Wait::LastUsed { .. }
            | Wait::Floor { .. }
            | Wait::Watched { .. }
            | Wait::Storm { .. }
            | Wait::Landing { .. } => None,
        })
        .collect()
}

/// The newest version that holds the key that goes.
fn version(story: &Story<'_>, way: Way) -> Option<VersionNo> {
    let loser = story.rotation.loser(way)?;
    story.facts.ledger.versions.iter().filter(|v| v.credential == loser).map(|v| v.no).max()
}

/// Whether the machine would take the request, once the call in flight has ended.
fn accepts(story: &Story<'_>, request: Request) -> bool {
    let rotation = Rotation { pending: None, ..story.rotation.clone() };
    step(rotation, story.facts, Event::Asked(request)).is_ok()
}
