//! What a person or a pipeline does from afar. Each route takes a `Caller`, and answers with a document or a `Refusal`.

use crate::api::Route;

/// The routes of this folder.
pub(crate) fn routes() -> Vec<Route> {
    Vec::new()
}
