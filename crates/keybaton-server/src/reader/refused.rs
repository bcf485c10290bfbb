//! Why delivery did not do it, as the asker is told.

use axum::http::StatusCode;
use keybaton_engine::delivery::Undelivered;

use crate::refusal::Refusal;

impl From<Undelivered> for Refusal {
    fn from(why: Undelivered) -> Self {
        let said = why.to_string();
        match why {
            Undelivered::Unknown(_) => Self::new(StatusCode::NOT_FOUND, "unknown-secret", said)
                .hint("the server's configuration names its secrets; `keybaton status` lists them"),
            Undelivered::Empty(secret) => Self::new(StatusCode::NOT_FOUND, "no-key", said).hint(format!(
                "take a key over with `keybaton adopt {secret}`, or make one with `keybaton rotate {secret}`"
            )),
            Undelivered::Older { .. } => Self::new(StatusCode::CONFLICT, "older-state", said)
                .safe("nothing is revoked while this reader is not accounted for; what it has goes on working")
                .hint("`keybaton doctor` at the server says what to do"),
            Undelivered::Crowded { retry } => Self::too_many(retry),
            Undelivered::NotText(_) => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "not-text", said)
                .hint("give the secret a `render` that makes a text of it"),
            Undelivered::Failed(error) => Self::unavailable(error.as_ref()),
            Undelivered::Closed => Self::unavailable(&why),
        }
    }
}
