//! What a query says: which secret, from where on, how many.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use keybaton_types::SecretId;
use serde::Deserialize;

use super::subject;
use crate::refusal::Refusal;

/// What a query says.
pub(super) struct Asked {
    /// Only of this secret.
    pub(super) secret: Option<SecretId>,
    /// Only after this number.
    pub(super) after: u64,
    /// How many.
    pub(super) limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    secret: Option<String>,
    #[serde(default)]
    after: u64,
    limit: Option<u32>,
}

impl Asked {
    /// How many are wanted, within bounds.
    pub(super) fn limit(&self, usual: u32, most: u32) -> u32 {
        self.limit.unwrap_or(usual).clamp(1, most)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let read = Query::<Raw>::try_from_uri(&parts.uri);
        let Query(raw) = read.map_err(|_| {
            Refusal::malformed("the query is not one that this path takes").hint("/openapi.json describes it")
        })?;
        let secret = raw.secret.as_deref().map(subject::whole).transpose()?;
        Ok(Self { secret, after: raw.after, limit: raw.limit })
    }
}
