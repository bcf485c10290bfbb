//! Reads the ledger of one secret back: the same value that `Ledger::apply` made.

use super::{cells::Cells, lease::known_format, parts::Parts};
use keybaton_core::{
    ledger::{Alert, Credential, Ended, Ledger, Version},
    rotation::Rotation,
    watch::Watch,
};
use keybaton_ports::StoreError;
use keybaton_types::{CredentialNo, Epoch, IssuedId, Label, OpSeq, Revision, RotationId, SecretId, VersionNo};

/// The ledger whose own row is `own`, and the watch of its rotation.
pub(super) fn ledger(secret: &SecretId, own: &Cells<'_>, parts: &Parts) -> Result<(Ledger, Option<Watch>), StoreError> {
    let active = parts.one("rotation", |cells| rotation(secret, cells))?;
    let (rotation, watch) = active.map_or((None, None), |(rotation, watch)| (Some(rotation), watch));
    let ledger = Ledger {
        revision: Revision(own.number("rev")?),
        epoch: Epoch(own.number("epoch")?),
        next_op: OpSeq(own.number("next_op")?),
        next_version: VersionNo(own.number("next_version")?),
        next_rotation: own.number("next_rotation")?,
        credentials: parts.all("credential", credential)?,
        versions: parts.all("version", version)?,
        current: own.maybe_number("current_no")?.map(VersionNo),
        rotation,
        last: ended(own)?,
        rollbacks: u8::try_from(own.number("rollbacks")?).unwrap_or(u8::MAX),
        base: own.maybe_time("base_us")?,
        alerts: parts.all("alert", alert)?,
        restored: own.flag("restored")?,
        lost_until: OpSeq(own.number("lost_until")?),
    };
    Ok((ledger, watch))
}

fn rotation(secret: &SecretId, cells: &Cells<'_>) -> Result<(Rotation, Option<Watch>), StoreError> {
    known_format(secret, cells.get("state_format")?)?;
    let watched: Option<&str> = cells.get("watch")?;
    let watch = if watched.is_some() { Some(cells.json("watch")?) } else { None };
    Ok((cells.json("state")?, watch))
}

/// A credential in a row.
pub(super) fn credential(cells: &Cells<'_>) -> Result<Credential, StoreError> {
    Ok(Credential {
        no: CredentialNo(cells.number("no")?),
        issued: cells.get::<Option<String>>("issued")?.map(IssuedId),
        label: cells.get::<Option<String>>("label")?.map(Label),
        origin: cells.word("origin")?,
        stage: cells.word("stage")?,
        far: cells.word("far")?,
        condemned: cells.flag("condemned")?,
        born: cells.time("born_us")?,
    })
}

fn version(cells: &Cells<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        no: VersionNo(cells.number("no")?),
        credential: CredentialNo(cells.number("credential_no")?),
        published: cells.maybe_time("published_us")?,
    })
}

fn alert(cells: &Cells<'_>) -> Result<Alert, StoreError> {
    Ok(Alert { kind: cells.word("kind")?, what: cells.get("what")?, since: cells.time("since_us")? })
}

fn ended(cells: &Cells<'_>) -> Result<Option<Ended>, StoreError> {
    let Some(id) = cells.maybe_number("last_id")? else { return Ok(None) };
    let graded: Option<String> = cells.get("last_grade")?;
    Ok(Some(Ended {
        id: RotationId(id),
        outcome: cells.word("last_outcome")?,
        at: cells.time("last_us")?,
        grade: if graded.is_some() { Some(cells.word("last_grade")?) } else { None },
        from: cells.maybe_number("last_from")?.map(VersionNo),
        to: cells.maybe_number("last_to")?.map(VersionNo),
    }))
}
