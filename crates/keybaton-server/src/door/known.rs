//! The tokens that were looked up a moment ago: a read needs no database for its token. A revoked token is noticed when
//! the moment is over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use keybaton_ports::{StoreError, Tokens};
use keybaton_types::{Token, TokenHash};

/// Above so many, those whose moment is over are forgotten.
const MOST: usize = 10_000;

/// How long a token that was good goes on being believed while the database does not answer: consumers' reads go on.
const OUTAGE: Duration = Duration::from_mins(5);

/// How often the database is told that a token is used.
const TOUCH: Duration = Duration::from_mins(1);

/// The tokens that were looked up.
pub(super) struct Known {
    tokens: Arc<dyn Tokens>,
    trust: Duration,
    seen: Mutex<HashMap<TokenHash, Seen>>,
}

#[derive(Clone)]
struct Seen {
    token: Arc<Token>,
    at: Instant,
    touched: Instant,
}

impl Known {
    pub(super) fn new(tokens: Arc<dyn Tokens>, trust: Duration) -> Self {
        Self { tokens, trust, seen: Mutex::default() }
    }

    /// The token with this hash, if it is good.
    pub(super) async fn bearer(&self, hash: &TokenHash) -> Result<Option<Arc<Token>>, StoreError> {
        let before = self.seen().get(hash).cloned();
        if let Some(seen) = before.as_ref().filter(|seen| seen.at.elapsed() < self.trust) {
            return Ok(Some(Arc::clone(&seen.token)));
        }
        match self.tokens.bearer(hash).await {
            Ok(Some(token)) => Ok(Some(self.remember(hash, token, before).await)),
            Ok(None) => {
                self.seen().remove(hash);
                Ok(None)
            }
            Err(error) => {
                let lasting = before.filter(|seen| seen.at.elapsed() < OUTAGE);
                lasting.map(|seen| Some(seen.token)).ok_or(error)
            }
        }
    }

    async fn remember(&self, hash: &TokenHash, token: Token, before: Option<Seen>) -> Arc<Token> {
        let (token, now) = (Arc::new(token), Instant::now());
        let due = before.as_ref().is_none_or(|seen| seen.touched.elapsed() >= TOUCH);
        let touched = before.filter(|_| !due).map_or(now, |seen| seen.touched);
        self.insert(hash, Seen { token: Arc::clone(&token), at: now, touched });
        // that it was used is of interest, but no reason to refuse a read
        if due && let Err(error) = self.tokens.touch_token(&token.id).await {
            tracing::warn!(%error, token = %token.id, "the use of a token was not noted");
        }
        token
    }

    fn insert(&self, hash: &TokenHash, entry: Seen) {
        let mut seen = self.seen();
        if seen.len() >= MOST {
            seen.retain(|_, seen| seen.at.elapsed() < OUTAGE);
        }
        seen.insert(hash.clone(), entry);
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<TokenHash, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
