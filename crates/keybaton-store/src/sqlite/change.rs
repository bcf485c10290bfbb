//! What a commit writes beside the secret's own row: one statement per change.

use keybaton_core::{
    ledger::{Alert, Change, Commit, Credential, Version},
    rotation::{Rotation, State},
};
use keybaton_ports::{Attachment, StoreError};

use super::{
    batch::Batch,
    cells::{json, number, word},
    notice, sql,
};

/// Rows of one commit keep their order within it, and come after those of every commit before.
const PLACES: i64 = 1 << 16;

/// Adds every change of a commit, and the rotation.
pub(super) fn write(mut batch: Batch, id: i64, commit: &Commit) -> Result<Batch, StoreError> {
    let first = number(commit.expected.next().0).saturating_mul(PLACES);
    for (change, place) in commit.transition.changes.iter().zip(first..) {
        batch = write_one(batch, id, change, place)?;
        batch = notice::write(batch, id, change, commit)?;
    }
    match &commit.transition.rotation {
        Some(rotation) => turn(batch, id, rotation),
        None => Ok(batch),
    }
}

fn write_one(batch: Batch, id: i64, change: &Change, place: i64) -> Result<Batch, StoreError> {
    match change {
        Change::Credential(credential) => put_credential(batch, id, credential, place),
        Change::Version(version) => Ok(put_version(batch, id, version, place)),
        Change::Raise(alert) => raise(batch, id, alert, place),
        Change::Resolve(kind) => Ok(batch.then(sql::RESOLVE).bind(id).bind(word(kind)?)),
        // these are columns of the secret's own row
        Change::Current(_) | Change::Base(_) | Change::Trusted => Ok(batch),
    }
}

fn put_credential(batch: Batch, id: i64, credential: &Credential, place: i64) -> Result<Batch, StoreError> {
    Ok(batch
        .then(sql::PUT_CREDENTIAL)
        .bind(id)
        .bind(number(credential.no.0))
        .bind(place)
        .bind(credential.issued.as_ref().map(|id| id.0.as_str()))
        .bind(credential.label.as_ref().map(|label| label.0.as_str()))
        .bind(word(&credential.origin)?)
        .bind(word(&credential.stage)?)
        .bind(word(&credential.far)?)
        .bind(i64::from(credential.condemned))
        .bind(credential.born.0))
}

fn put_version(batch: Batch, id: i64, version: &Version, place: i64) -> Batch {
    batch
        .then(sql::PUT_VERSION)
        .bind(id)
        .bind(number(version.no.0))
        .bind(place)
        .bind(number(version.credential.0))
        .bind(version.published.map(|at| at.0))
}

fn raise(batch: Batch, id: i64, alert: &Alert, place: i64) -> Result<Batch, StoreError> {
    let batch = batch.then(sql::RAISE).bind(id).bind(word(&alert.kind)?).bind(place);
    Ok(batch.bind(alert.what.as_str()).bind(alert.since.0))
}

fn turn(batch: Batch, id: i64, rotation: &Rotation) -> Result<Batch, StoreError> {
    if let State::Ended(_) = rotation.state {
        return Ok(batch.then(sql::END_ROTATION).bind(id).then(sql::DROP_HANDED).bind(id));
    }
    let batch = batch.then(sql::PUT_ROTATION).bind(id).bind(number(rotation.id.0));
    Ok(batch.bind(sql::STATE_FORMAT).bind(json(rotation)?))
}

/// Adds a sealed value; where a person had handed it over, it is taken with this.
pub(super) fn attach(batch: Batch, id: i64, attached: &Attachment) -> Batch {
    batch
        .then(sql::PUT_SEALED)
        .bind(id)
        .bind(number(attached.credential.0))
        .bind(attached.value.0.as_slice())
        .bind(attached.rendering.as_ref().map(|rendering| rendering.0.as_slice()))
        .bind(attached.fingerprint.0.as_str())
        .bind(attached.rendering_fingerprint.as_ref().map(|fingerprint| fingerprint.0.as_str()))
        .then(sql::TAKE_HANDED)
        .bind(id)
        .bind(number(attached.credential.0))
}
