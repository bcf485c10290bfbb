//! The tokens that were looked up a moment ago: a read needs no database for its token. A revoked token is noticed when
//! the moment is over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use keybaton_ports::{StoreError, Tokens};
use keybaton_types::{Token, TokenHash};
use tokio::sync::Mutex as Turn;

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
    /// When it was good the last time.
    at: Instant,
    /// When it was looked up the last time, with or without an answer.
    asked: Instant,
    touched: Instant,
    /// Taken by whoever looks it up again: a publish brings a thousand requests at once, and one answer is for all.
    turn: Arc<Turn<()>>,
}

impl Seen {
    /// Whether it is believed while the database does not answer.
    fn lasts(&self) -> bool {
        self.at.elapsed() < OUTAGE
    }
}

impl Known {
    pub(super) fn new(tokens: Arc<dyn Tokens>, trust: Duration) -> Self {
        Self { tokens, trust, seen: Mutex::default() }
    }

    /// The token with this hash, if it is good.
    pub(super) async fn bearer(&self, hash: &TokenHash) -> Result<Option<Arc<Token>>, StoreError> {
        let before = self.seen().get(hash).cloned();
        if let Some(token) = self.fresh(before.as_ref()) {
            return Ok(Some(token));
        }
        let _turn = match before.as_ref().filter(|seen| seen.lasts()) {
            Some(seen) => Some(Arc::clone(&seen.turn).lock_owned().await),
            None => None,
        };
        let before = self.seen().get(hash).cloned();
        if let Some(token) = self.fresh(before.as_ref()) {
            return Ok(Some(token));
        }
        match self.tokens.bearer(hash).await {
            Ok(Some(token)) => Ok(Some(self.remember(hash, token, before).await)),
            Ok(None) => {
                self.seen().remove(hash);
                Ok(None)
            }
            Err(error) => {
                let lasting = before.filter(Seen::lasts).ok_or(error)?;
                // those who wait for their turn need not find out by themselves that nobody answers
                self.insert(hash, Seen { asked: Instant::now(), ..lasting.clone() });
                Ok(Some(lasting.token))
            }
        }
    }

    fn fresh(&self, seen: Option<&Seen>) -> Option<Arc<Token>> {
        seen.filter(|seen| seen.asked.elapsed() < self.trust && seen.lasts()).map(|seen| Arc::clone(&seen.token))
    }

    /// Whether the token was ever made here.
    pub(super) async fn was_made(&self, hash: &TokenHash) -> Result<bool, StoreError> {
        self.tokens.was_token(hash).await
    }

    async fn remember(&self, hash: &TokenHash, token: Token, before: Option<Seen>) -> Arc<Token> {
        let (token, now) = (Arc::new(token), Instant::now());
        let due = before.as_ref().is_none_or(|seen| seen.touched.elapsed() >= TOUCH);
        let turn = before.as_ref().map(|seen| Arc::clone(&seen.turn)).unwrap_or_default();
        let touched = before.filter(|_| !due).map_or(now, |seen| seen.touched);
        self.insert(hash, Seen { token: Arc::clone(&token), at: now, asked: now, touched, turn });
        // that it was used is of interest, but no reason to refuse a read
        if due && let Err(error) = self.tokens.touch_token(&token.id).await {
            tracing::warn!(%error, token = %token.id, "the use of a token was not noted");
        }
        token
    }

    fn insert(&self, hash: &TokenHash, entry: Seen) {
        let mut seen = self.seen();
        if seen.len() >= MOST {
            seen.retain(|_, seen| seen.lasts());
        }
        seen.insert(hash.clone(), entry);
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, HashMap<TokenHash, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use async_trait::async_trait;
    use keybaton_ports::Grant;
    use keybaton_types::{Role, Timestamp, TokenId};
    use tokio::task::JoinSet;

    use super::*;

    /// A table with one token, which counts how often it is asked, and may be away.
    #[derive(Default)]
    struct Counted {
        asked: AtomicUsize,
        is_away: AtomicBool,
    }

    #[async_trait]
    impl Tokens for Counted {
        async fn create_token(&self, _: &Grant) -> Result<Token, StoreError> {
            Ok(token())
        }

        async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
            Ok(vec![token()])
        }

        async fn revoke_token(&self, _: &TokenId, _: &str) -> Result<Option<Token>, StoreError> {
            Ok(None)
        }

        async fn bearer(&self, _: &TokenHash) -> Result<Option<Token>, StoreError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            // everybody else comes meanwhile
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            let secret = "payments/prod".parse().unwrap();
            if self.is_away.load(Ordering::SeqCst) { Err(StoreError::NotEnrolled(secret)) } else { Ok(Some(token())) }
        }

        async fn was_token(&self, _: &TokenHash) -> Result<bool, StoreError> {
            Ok(true)
        }

        async fn touch_token(&self, _: &TokenId) -> Result<(), StoreError> {
            Ok(())
        }
    }

    fn token() -> Token {
        Token {
            id: keybaton_seal::draw_token_id().unwrap(),
            role: Role::Reader,
            consumer: "billing".to_owned(),
            secrets: Vec::new(),
            by: "test".to_owned(),
            created: Timestamp(0),
            expires: Timestamp(i64::MAX),
            used: None,
            revoked: None,
        }
    }

    /// A thousand requests whose token was good a second ago; how many of them were let in.
    async fn come_together(known: &Arc<Known>) -> usize {
        let hash = TokenHash("of a token".to_owned());
        let before = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        let seen = Seen { token: Arc::new(token()), at: before, asked: before, touched: before, turn: Arc::default() };
        known.insert(&hash, seen);
        let mut all = JoinSet::new();
        for _ in 0..1_000 {
            let (known, hash) = (Arc::clone(known), hash.clone());
            all.spawn(async move { known.bearer(&hash).await.unwrap().is_some() });
        }
        all.join_all().await.into_iter().filter(|is_in| *is_in).count()
    }

    #[tokio::test]
    async fn a_thousand_requests_at_once_ask_for_their_token_once_whether_it_is_answered_or_not() {
        for is_away in [false, true] {
            let table = Arc::new(Counted { is_away: AtomicBool::new(is_away), ..Counted::default() });
            let known = Arc::new(Known::new(Arc::clone(&table) as Arc<dyn Tokens>, Duration::from_millis(500)));
            assert_eq!(come_together(&known).await, 1_000);
            assert_eq!(table.asked.load(Ordering::SeqCst), 1, "away: {is_away}");
        }
    }
}
