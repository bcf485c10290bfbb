//! Notices of the alerts that a commit raises and resolves: in its transaction, so that none is lost and none is early.

use keybaton_core::ledger::{Change, Commit};
use keybaton_ports::StoreError;

use super::{
    batch::Batch,
    cells::{number, word},
    sql,
};

/// What a change of the ledger means for the outbox.
pub(super) fn write(batch: Batch, id: i64, change: &Change, commit: &Commit) -> Result<Batch, StoreError> {
    let rotation = commit.transition.rotation.as_ref().map_or(0, |rotation| number(rotation.id.0));
    match change {
        Change::Raise(alert) => {
            let kind = word(&alert.kind)?;
            let batch = batch.then(sql::NOTICE_REPLACED).bind(id).bind(rotation).bind(kind.clone()).bind(commit.at.0);
            let batch = batch.then(sql::NOTICE).bind(id).bind(rotation).bind(kind);
            Ok(batch.bind(alert.what.as_str()).bind(commit.at.0))
        }
        Change::Resolve(kind) => Ok(batch.then(sql::NOTICE_OVER).bind(id).bind(word(kind)?).bind(commit.at.0)),
        Change::Credential(_) | Change::Version(_) | Change::Current(_) | Change::Base(_) | Change::Trusted => {
            Ok(batch)
        }
    }
}
