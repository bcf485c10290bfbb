//! How rotations went, read from the audit a page at a time.

use keybaton_core::{
    civil::rfc3339,
    history::{History, Past},
    rotation::{Cause, Transition},
};
use keybaton_ports::{AuditRow, Failure};
use keybaton_types::{
    SecretId, Timestamp,
    document::{self, PastCause, PastPhase, PastRotation},
};
use serde::Deserialize;

use super::{Local, store};

/// Rows that are read at once.
const PAGE: u32 = 500;

/// The part of an audit row that a history is made of.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    by: Option<String>,
    transition: Option<Transition>,
}

impl Local {
    /// Of one secret, or of all; the newest `limit` rotations.
    pub(super) async fn read_history(
        &self,
        secret: Option<&SecretId>,
        limit: usize,
    ) -> Result<document::History, Failure> {
        let secrets = match secret {
            Some(secret) => vec![self.charge(secret)?.secret.clone()],
            None => self.charges.all().keys().cloned().collect(),
        };
        let now = self.store().now().await.map_err(store)?;
        let mut found: Vec<(SecretId, Past)> = Vec::new();
        let mut unread_rows = 0;
        for secret in secrets {
            let (past, unread) = self.past(&secret, limit, now).await?;
            unread_rows += unread;
            found.extend(past.into_iter().map(|past| (secret.clone(), past)));
            found.sort_by(|(a, x), (b, y)| (y.started, a).cmp(&(x.started, b)));
            found.truncate(limit);
        }
        let rotations = found.iter().map(|(secret, past)| told(secret, past, now)).collect();
        Ok(document::History { schema: document::History::SCHEMA.to_owned(), rotations, unread_rows })
    }

    /// The rotations of one secret, and how many rows could not be read.
    async fn past(&self, secret: &SecretId, limit: usize, now: Timestamp) -> Result<(Vec<Past>, u64), Failure> {
        let (mut history, mut after, mut unread) = (History::new(limit), 0, 0);
        loop {
            let rows = self.store().audit_rows(Some(secret), after, PAGE).await.map_err(store)?;
            let Some(last) = rows.last() else { return Ok((history.done(now), unread)) };
            after = last.no;
            unread += rows.iter().filter(|row| !read(&mut history, row)).count() as u64;
        }
    }
}

/// Whether a row could be read.
fn read(history: &mut History, row: &AuditRow) -> bool {
    let Ok(body) = serde_json::from_str::<Body>(&row.body) else { return false };
    if let Some(transition) = &body.transition {
        history.read(row.at, body.by.as_deref(), transition);
    }
    true
}

fn told(secret: &SecretId, past: &Past, now: Timestamp) -> PastRotation {
    PastRotation {
        rotation: past.id.name(secret),
        secret: secret.name().to_owned(),
        env: secret.env().to_owned(),
        cause: match past.cause {
            Cause::Schedule => PastCause::Schedule,
            Cause::Asked => PastCause::Asked,
            Cause::Leaked => PastCause::Leaked,
        },
        by: past.by.clone(),
        from: past.from.map(|no| no.0),
        to: past.to.map(|no| no.0),
        started: rfc3339(past.started),
        ended: past.ended.map(rfc3339),
        seconds: past.ended.unwrap_or(now).since(past.started).as_secs(),
        outcome: past.outcome,
        grade: past.grade,
        phases: past.phases.iter().map(|&(phase, span)| PastPhase { phase, seconds: span.as_secs() }).collect(),
        held_seconds: past.held.as_secs(),
        holds: past.holds.clone(),
        cut_off: past.cut_off.clone(),
    }
}
