//! How often one token may ask, and how often one address may ask without a good one.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use keybaton_types::TokenId;

use crate::Limits;

/// Failed presentations per second and address, after as many at once.
const FAILED: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// Above so many keys, those that have been quiet are forgotten.
const KEYS: usize = 10_000;

/// Who asked how often.
pub(super) struct Pace {
    tokens: DefaultKeyedRateLimiter<TokenId>,
    strangers: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Pace {
    pub(super) fn new(limits: &Limits) -> Self {
        let rate = NonZeroU32::new(limits.rate).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(limits.burst).unwrap_or(rate);
        Self {
            tokens: RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)),
            strangers: RateLimiter::keyed(Quota::per_second(FAILED)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a token; or how long it has to wait.
    pub(super) fn asked(&self, token: &TokenId) -> Result<(), Duration> {
        let allowed = self.tokens.check_key(token);
        allowed.map_err(|late| late.wait_time_from(self.clock.now()))
    }

    /// Counts a presentation that failed; or how long the address has to wait.
    pub(super) fn failed(&self, address: IpAddr) -> Result<(), Duration> {
        if self.strangers.len() > KEYS {
            self.strangers.retain_recent();
        }
        let allowed = self.strangers.check_key(&address);
        allowed.map_err(|late| late.wait_time_from(self.clock.now()))
    }
}
