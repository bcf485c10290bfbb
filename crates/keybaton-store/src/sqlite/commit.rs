//! A commit: one transaction, one compare-and-swap (R7).

use std::sync::atomic::Ordering;

use keybaton_core::ledger::{Change, Commit, Conflict};
use keybaton_core::rotation::{Rotation, State};
use keybaton_ports::{Attachment, Record, StoreError};
use keybaton_types::{Grade, Outcome, SecretId, Timestamp};

use super::{
    Sqlite,
    batch::Batch,
    cells::{number, word},
    chain, change,
    fault::failed,
    options::HookPoint,
    sql,
    writer::Tx,
};

const WHAT: &str = "commit";

/// The columns of the secret's own row that a commit moves. `Ledger::apply` says what they become; here it is said for
/// the database.
#[derive(Default)]
struct Moves {
    next_op: u64,
    next_version: u64,
    next_rotation: u64,
    current: Option<u64>,
    base: Option<Timestamp>,
    ended: Option<Ended>,
    trusted: bool,
}

struct Ended {
    id: u64,
    outcome: Outcome,
    grade: Option<Grade>,
    from: Option<u64>,
}

impl Sqlite {
    pub(super) async fn write_commit(
        &self,
        secret: &SecretId,
        commit: &Commit,
        record: &Record,
        attached: Option<&Attachment>,
    ) -> Result<(), StoreError> {
        let (mut tx, swapped) = self.inner.writer.begin_with(WHAT, swap(secret, commit)?).await?;
        let Some(row) = swapped else {
            let error = conflict(&mut tx, secret, commit).await?;
            tx.rollback().await?;
            return Err(error);
        };
        let (id, head) = chain::head(&row)?;
        let mut batch = change::write(Batch::default(), id, commit)?;
        if let Some(attached) = attached {
            batch = change::attach(batch, id, attached);
        }
        let row = head.follow(secret, commit.at, record, Some(commit))?;
        self.finish(tx, chain::append(chain::strike(batch, id, record), id, &row)).await
    }

    /// Commits between the calls of the hook. Nobody else commits meanwhile, so the numbers have no gaps.
    async fn finish(&self, tx: Tx<'_>, batch: Batch) -> Result<(), StoreError> {
        let no = self.inner.commits.load(Ordering::SeqCst) + 1;
        let call = |point| {
            if let Some(hook) = &self.inner.hook {
                hook(point, no);
            }
        };
        let after = || {
            self.inner.commits.store(no, Ordering::SeqCst);
            call(HookPoint::After);
        };
        tx.commit_between(batch, || call(HookPoint::Before), after).await
    }
}

/// The compare-and-swap; it returns no row when the ledger has moved on.
fn swap(secret: &SecretId, commit: &Commit) -> Result<Batch, StoreError> {
    let moves = Moves::of(commit);
    let outcome = moves.ended.as_ref().map(|ended| word(&ended.outcome)).transpose()?;
    let grade = moves.ended.as_ref().and_then(|ended| ended.grade).map(|grade| word(&grade)).transpose()?;
    let swap = Batch::of(sql::COMMIT)
        .bind(secret.name())
        .bind(secret.env())
        .bind(number(commit.expected.0))
        .bind(number(commit.epoch.0))
        .bind(number(moves.next_op))
        .bind(number(moves.next_version))
        .bind(number(moves.next_rotation))
        .bind(moves.current.map(number))
        .bind(moves.base.map(|at| at.0))
        .bind(outcome)
        .bind(moves.ended.as_ref().map(|ended| number(ended.id)))
        .bind(moves.ended.as_ref().and_then(|ended| ended.from).map(number))
        .bind(i64::from(moves.trusted))
        .bind(grade);
    Ok(swap)
}

/// Why no row matched.
async fn conflict(tx: &mut Tx<'_>, secret: &SecretId, commit: &Commit) -> Result<StoreError, StoreError> {
    let query = sqlx::query_scalar(sql::CONFLICT).bind(secret.name()).bind(secret.env());
    let epoch: Option<i64> = query.fetch_optional(tx.conn()).await.map_err(failed(WHAT))?;
    Ok(match epoch {
        None => StoreError::NotEnrolled(secret.clone()),
        Some(epoch) if epoch != number(commit.epoch.0) => Conflict::Epoch.into(),
        Some(_) => Conflict::Revision.into(),
    })
}

impl Moves {
    fn of(commit: &Commit) -> Self {
        let mut moves = Self::default();
        for change in &commit.transition.changes {
            moves.change(change);
        }
        if let Some(rotation) = &commit.transition.rotation {
            moves.turn(rotation, commit.at);
        }
        moves
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Version(version) => self.next_version = self.next_version.max(version.no.next().0),
            Change::Current(no) => self.current = Some(no.0),
            Change::Base(at) => self.base = Some(*at),
            Change::Trusted => self.trusted = true,
            Change::Credential(_) | Change::Raise(_) | Change::Resolve(_) => {}
        }
    }

    fn turn(&mut self, rotation: &Rotation, at: Timestamp) {
        self.next_op = rotation.pending.as_ref().map_or(0, |operation| operation.seq.next().0);
        self.next_rotation = rotation.id.0 + 1;
        if let State::Ended(outcome) = rotation.state {
            self.base = Some(at);
            self.ended =
                Some(Ended { id: rotation.id.0, outcome, grade: rotation.grade, from: rotation.from.map(|no| no.0) });
        }
    }
}
