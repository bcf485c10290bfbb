//! The history of a secret: how its rotations went, folded from the audit row by row.
//!
//! There is no second journal: a row is written with each step, in the same commit, so what is read here is what happened
//! however often an engine was stopped in between. It keeps as many rotations as were asked for, and no rows.

use std::{collections::VecDeque, time::Duration};

use keybaton_types::{Grade, Outcome, Phase, RotationId, Timestamp, VersionNo};

use crate::{
    ledger::Change,
    rotation::{Cause, Rotation, State, Transition},
};

/// One rotation as it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Which rotation.
    pub id: RotationId,
    /// Why it ran; one that was asked for may have become an emergency.
    pub cause: Cause,
    /// Who asked for it, where somebody did.
    pub by: Option<String>,
    /// The version that was current before it.
    pub from: Option<VersionNo>,
    /// The version that was current when it ended, or is now.
    pub to: Option<VersionNo>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; `None` while it runs.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// How sure its revoke was.
    pub grade: Option<Grade>,
    /// How long it was in each phase, in the order in which it came to them.
    pub phases: Vec<(Phase, Duration)>,
    /// How long it was held, which is part of the time in its phases.
    pub held: Duration,
    /// Why it was held, each reason once.
    pub holds: Vec<String>,
    /// Whom its revoke cut off.
    pub cut_off: Vec<String>,
}

/// The history of a secret while it is read.
#[derive(Debug)]
pub struct History {
    limit: usize,
    past: VecDeque<Past>,
    current: Option<VersionNo>,
    open: Option<Open>,
}

/// A rotation that has begun and whose end was not read yet.
#[derive(Debug)]
struct Open {
    past: Past,
    phase: Phase,
    since: Timestamp,
    held: Option<Timestamp>,
}

impl History {
    /// An empty one, which keeps the newest `limit` rotations.
    pub fn new(limit: usize) -> Self {
        Self { limit, past: VecDeque::new(), current: None, open: None }
    }

    /// Reads the next commit of the secret: when it was made, on whose request, and what changed.
    pub fn read(&mut self, at: Timestamp, by: Option<&str>, transition: &Transition) {
        for change in &transition.changes {
            if let Change::Current(no) = change {
                self.current = Some(*no);
            }
        }
        let Some(rotation) = &transition.rotation else { return };
        if self.open.as_ref().is_none_or(|open| open.past.id != rotation.id) {
            self.close();
            self.open = Some(Open::new(at, by, rotation));
        }
        let Some(open) = &mut self.open else { return };
        open.step(at, rotation, &transition.changes);
        open.past.to = self.current.filter(|no| Some(*no) != rotation.from || open.past.outcome.is_some());
        if open.past.outcome.is_some() {
            self.close();
        }
    }

    /// What was read, the newest rotation first; one that runs has come so far by `now`.
    pub fn done(mut self, now: Timestamp) -> Vec<Past> {
        if let Some(open) = &mut self.open {
            open.pass(now);
        }
        self.close();
        self.past.into_iter().rev().collect()
    }

    fn close(&mut self) {
        self.past.extend(self.open.take().map(|open| open.past));
        while self.past.len() > self.limit {
            self.past.pop_front();
        }
    }
}

impl Open {
    fn new(at: Timestamp, by: Option<&str>, rotation: &Rotation) -> Self {
        let past = Past {
            id: rotation.id,
            cause: rotation.cause,
            by: by.map(ToOwned::to_owned),
            from: rotation.from,
            to: None,
            started: at,
            ended: None,
            outcome: None,
            grade: None,
            phases: Vec::new(),
            held: Duration::ZERO,
            holds: Vec::new(),
            cut_off: Vec::new(),
        };
        Self { past, phase: rotation.state.phase(), since: at, held: None }
    }

    fn step(&mut self, at: Timestamp, rotation: &Rotation, changes: &[Change]) {
        self.pass(at);
        self.phase = rotation.state.phase();
        self.past.cause = rotation.cause;
        self.past.grade = rotation.grade;
        self.held = rotation.hold.as_ref().map(|_| at);
        let reason = rotation.hold.as_ref().map(|hold| hold.reason.to_string());
        if let Some(reason) = reason.filter(|reason| !self.past.holds.contains(reason)) {
            self.past.holds.push(reason);
        }
        for change in changes {
            if let Change::Raise(alert) = change {
                self.past.cut_off.extend(alert.named_cut_off());
            }
        }
        if let State::Ended(outcome) = rotation.state {
            (self.past.ended, self.past.outcome) = (Some(at), Some(outcome));
        }
    }

    /// Counts the time until `at` to the phase that lasted until then.
    fn pass(&mut self, at: Timestamp) {
        let span = at.since(self.since);
        match self.past.phases.iter_mut().find(|(phase, _)| *phase == self.phase) {
            Some((_, known)) => *known += span,
            None => self.past.phases.push((self.phase, span)),
        }
        self.past.held += self.held.map_or(Duration::ZERO, |since| at.since(since));
        (self.since, self.held) = (at, self.held.map(|_| at));
    }
}
