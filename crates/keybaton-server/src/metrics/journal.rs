//! Counts that are folded from the audit, row by row: what was read once is never read again.

use std::{collections::BTreeMap, time::Duration};

use keybaton_core::rotation::{Cause, Rotation, State, Transition};
use keybaton_ports::{AuditRow, StoreError};
use keybaton_types::{Outcome, Phase, RotationId, SecretId, Timestamp};
use prometheus_client::metrics::{counter::Counter, family::Family, histogram::Histogram};
use serde::Deserialize;

use super::{
    Sources,
    page::{Labels, Page, Spans},
};

/// How many rows are read at once.
const ROWS: u32 = 500;

/// How many pages are read for one answer: a long audit is read over several of them.
const PAGES: u32 = 100;

/// The bounds of phases, in seconds: from a probe to a week of drain.
const PHASES: [f64; 10] = [0.1, 1.0, 5.0, 30.0, 120.0, 600.0, 3600.0, 21_600.0, 86_400.0, 604_800.0];

/// What was read of the audit so far.
pub(super) struct Journal {
    secrets: BTreeMap<SecretId, Read>,
    rotations: Family<Labels, Counter>,
    phases: Spans,
    /// Whether all of it was read: what is counted of a part would go back at the next start.
    is_whole: bool,
}

/// What was read of one secret.
#[derive(Default)]
struct Read {
    /// Grows with whatever happens to it; read until here.
    touched: Option<u64>,
    rows: u64,
    open: Option<Open>,
}

/// A rotation that has begun, as far as it was read.
struct Open {
    id: RotationId,
    phase: Phase,
    since: Timestamp,
    held: bool,
}

/// The part of a row that is counted.
#[derive(Deserialize)]
struct Body {
    transition: Option<Transition>,
}

impl Default for Journal {
    fn default() -> Self {
        let phases: Spans = Family::new_with_constructor(|| Histogram::new(PHASES));
        Self { secrets: BTreeMap::new(), rotations: Family::default(), phases, is_whole: false }
    }
}

impl Journal {
    /// Reads on, as far as one answer may take.
    pub(super) async fn read(&mut self, sources: &Sources) -> Result<(), StoreError> {
        let mut pages = PAGES;
        self.is_whole = true;
        for enrolled in sources.store.secrets().await? {
            let issuer = sources.charges.get(&enrolled.secret).map_or_else(String::new, |c| c.issuer_name.clone());
            while pages > 0
                && self.secrets.entry(enrolled.secret.clone()).or_default().touched != Some(enrolled.touched)
            {
                pages -= 1;
                let after = self.secrets.get(&enrolled.secret).map_or(0, |read| read.rows);
                let rows = sources.store.audit_rows(Some(&enrolled.secret), after, ROWS).await?;
                let is_all = rows.len() < ROWS as usize;
                self.take(&enrolled.secret, &issuer, &rows);
                if is_all && let Some(read) = self.secrets.get_mut(&enrolled.secret) {
                    read.touched = Some(enrolled.touched);
                }
            }
            self.is_whole &=
                self.secrets.get(&enrolled.secret).is_some_and(|read| read.touched == Some(enrolled.touched));
        }
        Ok(())
    }

    /// Shows what was counted, once all of it was.
    pub(super) fn fill(&self, page: &mut Page) {
        if !self.is_whole {
            return;
        }
        page.count("keybaton_audit_events_total", &Vec::new(), self.secrets.values().map(|read| read.rows).sum());
        page.counters("keybaton_rotations_total", &self.rotations);
        page.spans("keybaton_rotation_phase_duration_seconds", &self.phases);
    }

    fn take(&mut self, secret: &SecretId, issuer: &str, rows: &[AuditRow]) {
        let Self { secrets, rotations, phases, .. } = self;
        let read = secrets.entry(secret.clone()).or_default();
        for row in rows {
            read.rows = row.no;
            // a row of a newer keybaton counts as a row, and as nothing else
            let Ok(Body { transition: Some(transition) }) = serde_json::from_str(&row.body) else { continue };
            let Some(rotation) = transition.rotation else { continue };
            let (passed, counted) = read.step(row.at, &rotation);
            if let Some((phase, span)) = passed {
                let labels = vec![("phase", phase.to_string()), ("issuer", issuer.to_owned())];
                phases.get_or_create(&labels).observe(span.as_secs_f64());
            }
            for outcome in counted {
                let labels = vec![("outcome", outcome.to_owned()), ("trigger", trigger(rotation.cause).to_owned())];
                rotations.get_or_create(&labels).inc();
            }
        }
    }
}

impl Read {
    /// The phase that is over with a step, and what is counted for it.
    fn step(&mut self, at: Timestamp, rotation: &Rotation) -> (Option<(Phase, Duration)>, Vec<&'static str>) {
        let fresh = || Open { id: rotation.id, phase: rotation.state.phase(), since: at, held: false };
        let open = match self.open.take() {
            Some(open) if open.id == rotation.id => open,
            Some(_) | None => fresh(),
        };
        let phase = rotation.state.phase();
        let passed = (phase != open.phase).then(|| (open.phase, at.since(open.since)));
        let held = rotation.hold.is_some();
        let mut counted = Vec::new();
        if held && !open.held {
            counted.push("parked");
        }
        match rotation.state {
            State::Ended(Outcome::Done) => counted.push("success"),
            State::Ended(Outcome::RolledBack) => counted.push("rolled_back"),
            _ => {
                let since = if passed.is_some() { at } else { open.since };
                self.open = Some(Open { id: rotation.id, phase, since, held });
            }
        }
        (passed, counted)
    }
}

fn trigger(cause: Cause) -> &'static str {
    match cause {
        Cause::Schedule => "schedule",
        Cause::Asked => "asked",
        Cause::Leaked => "leaked",
    }
}
