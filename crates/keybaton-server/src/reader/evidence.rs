//! What an instance tells of itself. The answer comes when it is durable.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use keybaton_engine::delivery::Counts;
use keybaton_types::{
    VersionNo,
    wire::{AuthResults, Sighted},
};

use super::who::Who;
use crate::{api::Body, refusal::Refusal, server::Shared};

/// No instance makes more calls between two reports.
const MOST: u64 = 1_000_000_000;

pub(super) async fn sighted(
    State(shared): State<Arc<Shared>>,
    who: Who,
    Body(sighted): Body<Sighted>,
) -> Result<StatusCode, Refusal> {
    let version = numbered(sighted.version)?;
    shared.parts.delivery.sighted(&who.secret, &who.reader, version, sighted.kind).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn reported(
    State(shared): State<Arc<Shared>>,
    who: Who,
    Body(results): Body<AuthResults>,
) -> Result<StatusCode, Refusal> {
    let version = numbered(results.version)?;
    let counts = [results.ok, results.unauthorized, results.forbidden];
    if counts.iter().any(|count| *count > MOST) {
        return Err(Refusal::malformed(format!("no instance makes more than {MOST} calls between two reports")));
    }
    let counts = Counts { ok: results.ok, refused: results.unauthorized + results.forbidden };
    if counts != Counts::default() {
        shared.parts.delivery.reported(&who.secret, &who.reader, version, counts).await?;
        let place = shared.parts.delivery.place(&who.secret, version);
        shared.parts.metrics.reported(&who.secret, &who.reader.consumer, place, &results);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn numbered(version: VersionNo) -> Result<VersionNo, Refusal> {
    if version.0 == 0 { Err(Refusal::malformed("versions count from 1")) } else { Ok(version) }
}
