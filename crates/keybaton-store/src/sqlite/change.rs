//! What a commit writes beside the secret's own row: one statement per change.

use keybaton_core::{
    ledger::{Alert, Change, Commit, Credential, Version},
    rotation::{Rotation, State},
};
use keybaton_ports::{Attachment, StoreError};

use super::{
    cells::{json, number, word},
    sql,
    writer::Tx,
};

/// Rows of one commit keep their order within it, and come after those of every commit before.
const PLACES: i64 = 1 << 16;

/// Writes every change of a commit, and the rotation.
pub(super) async fn write(tx: &mut Tx<'_>, id: i64, commit: &Commit) -> Result<(), StoreError> {
    let first = number(commit.expected.next().0).saturating_mul(PLACES);
    for (change, place) in commit.transition.changes.iter().zip(first..) {
        write_one(tx, id, change, place).await?;
    }
    match &commit.transition.rotation {
        Some(rotation) => turn(tx, id, rotation).await,
        None => Ok(()),
    }
}

async fn write_one(tx: &mut Tx<'_>, id: i64, change: &Change, place: i64) -> Result<(), StoreError> {
    match change {
        Change::Credential(credential) => put_credential(tx, id, credential, place).await,
        Change::Version(version) => put_version(tx, id, version, place).await,
        Change::Raise(alert) => raise(tx, id, alert, place).await,
        Change::Resolve(kind) => tx.run(sqlx::query(sql::RESOLVE).bind(id).bind(word(kind)?)).await.map(|_| ()),
        // these are columns of the secret's own row
        Change::Current(_) | Change::Base(_) | Change::Trusted => Ok(()),
    }
}

async fn put_credential(tx: &mut Tx<'_>, id: i64, credential: &Credential, place: i64) -> Result<(), StoreError> {
    let query = sqlx::query(sql::PUT_CREDENTIAL)
        .bind(id)
        .bind(number(credential.no.0))
        .bind(place)
        .bind(credential.issued.as_ref().map(|id| &id.0))
        .bind(credential.label.as_ref().map(|label| &label.0))
        .bind(word(&credential.origin)?)
        .bind(word(&credential.stage)?)
        .bind(word(&credential.far)?)
        .bind(i64::from(credential.condemned))
        .bind(credential.born.0);
    tx.run(query).await.map(|_| ())
}

async fn put_version(tx: &mut Tx<'_>, id: i64, version: &Version, place: i64) -> Result<(), StoreError> {
    let query = sqlx::query(sql::PUT_VERSION)
        .bind(id)
        .bind(number(version.no.0))
        .bind(place)
        .bind(number(version.credential.0))
        .bind(version.published.map(|at| at.0));
    tx.run(query).await.map(|_| ())
}

async fn raise(tx: &mut Tx<'_>, id: i64, alert: &Alert, place: i64) -> Result<(), StoreError> {
    let query =
        sqlx::query(sql::RAISE).bind(id).bind(word(&alert.kind)?).bind(place).bind(&alert.what).bind(alert.since.0);
    tx.run(query).await.map(|_| ())
}

async fn turn(tx: &mut Tx<'_>, id: i64, rotation: &Rotation) -> Result<(), StoreError> {
    let query = match rotation.state {
        State::Ended(_) => sqlx::query(sql::END_ROTATION).bind(id),
        _ => sqlx::query(sql::PUT_ROTATION)
            .bind(id)
            .bind(number(rotation.id.0))
            .bind(sql::STATE_FORMAT)
            .bind(json(rotation)?),
    };
    tx.run(query).await.map(|_| ())
}

/// Keeps a sealed value.
pub(super) async fn attach(tx: &mut Tx<'_>, id: i64, attached: &Attachment) -> Result<(), StoreError> {
    let query = sqlx::query(sql::PUT_SEALED)
        .bind(id)
        .bind(number(attached.credential.0))
        .bind(&attached.value.0)
        .bind(attached.rendering.as_ref().map(|rendering| &rendering.0))
        .bind(&attached.fingerprint.0)
        .bind(attached.rendering_fingerprint.as_ref().map(|fingerprint| &fingerprint.0));
    tx.run(query).await.map(|_| ())
}
