//! A failure of the operations as a problem document: the word for its kind is the exit code, wherever it is read.

use axum::http::StatusCode;
use keybaton_ports::{Failure, FailureKind};
use keybaton_types::wire::Problem;

use crate::refusal::Refusal;

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let status = match failure.kind {
            FailureKind::No | FailureKind::Held => StatusCode::CONFLICT,
            FailureKind::Usage => StatusCode::UNPROCESSABLE_ENTITY,
            FailureKind::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::of(Problem {
            kind: failure.kind.word().to_owned(),
            status: status.as_u16(),
            title: failure.what,
            causes: failure.causes,
            safe: failure.safe,
            hint: failure.hint,
        })
    }
}
