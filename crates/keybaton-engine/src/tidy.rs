//! Tidying after a rotation: a vault that keeps earlier versions is asked to destroy those that hold what is dead.
//!
//! No part of the protocol: the credential was destroyed and refused before, so what is left in the vault opens nothing,
//! and what is not tidied now is tidied after the next rotation. Nobody waits for it, and nothing is decided by it.

use keybaton_core::ledger::Ledger;

use crate::{Error, perform::Performer, prints::Prints};

/// Whether a commit has ended a rotation.
pub(crate) fn is_due(before: &Ledger, after: &Ledger) -> bool {
    before.rotation.is_some() && after.rotation.is_none()
}

/// Has the condemned values destroyed, and only says what became of it.
pub(crate) async fn tidy(performer: &Performer<'_>) {
    let limit = performer.patience() * 2;
    let secret = &performer.charge.secret;
    match tokio::time::timeout(limit, destroy(performer)).await {
        Ok(Ok(None | Some(Ok(0)))) => {}
        Ok(Ok(Some(Ok(count)))) => tracing::info!(%secret, count, "old versions in the vault were destroyed"),
        Ok(Ok(Some(Err(fault)))) => tracing::warn!(%secret, %fault, "old versions stay in the vault for now"),
        Ok(Err(error)) => tracing::warn!(%secret, %error, "old versions stay in the vault for now"),
        Err(_) => tracing::warn!(%secret, "old versions stay in the vault for now: it did not answer in time"),
    }
}

async fn destroy(performer: &Performer<'_>) -> Result<Option<keybaton_ports::Called<usize>>, Error> {
    let Some(port) = performer.charge.vault.tidying() else { return Ok(None) };
    let dead = Prints::of_condemned(performer.safe, &performer.charge.secret, performer.ledger).await?;
    if dead.is_empty() {
        return Ok(None);
    }
    let keyring = &performer.safe.keyring;
    let is_dead = |value: &keybaton_seal::SecretValue| dead.have(keyring, value);
    Ok(Some(port.tidy(performer.slot(), &is_dead).await))
}
