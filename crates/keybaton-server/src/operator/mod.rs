//! What a person or a pipeline does from afar. Each route takes an [`Operator`], asks the operations, and answers with the
//! document that the command prints, or with a problem document that says what the command would.
//!
//! Nothing is decided here but who may: a reader's token does nothing of this, an operator's only what it says. Who acted
//! is in the audit by the token's name.

mod adoption;
mod alerts;
mod answered;
mod audit;
mod failed;
mod pauses;
mod query;
mod reading;
mod reveal;
mod rights;
mod rotations;
mod subject;
mod tokens;
mod words;

pub(crate) use rights::Operator;

use crate::api::Route;

/// The routes of this folder.
pub(crate) fn routes() -> Vec<Route> {
    let parts = [
        rotations::routes(),
        reading::routes(),
        adoption::routes(),
        words::routes(),
        reveal::routes(),
        pauses::routes(),
        audit::routes(),
        tokens::routes(),
        alerts::routes(),
    ];
    parts.into_iter().flatten().collect()
}
