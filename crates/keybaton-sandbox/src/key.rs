//! A key as the admin sees it: everything except its value.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One key, destroyed ones included, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// The identity that the API gives out.
    pub id: String,
    /// The name that its creator chose.
    pub label: String,
    /// When it was created.
    pub created: Timestamp,
    /// When a consumer's request with it was last accepted.
    pub last_used: Option<Timestamp>,
    /// Whether the admin wants it accepted; a disabled key may still work for the revoke lag.
    pub enabled: bool,
    /// Whether it was destroyed; its counts stay.
    pub destroyed: bool,
    /// What it may do at `/v1/work`.
    pub scope: Scope,
    /// How often it was accepted and refused.
    pub counts: Counts,
}

/// What a key may do at `/v1/work`; `/health` accepts it in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// It may work.
    #[default]
    Granted,
    /// It is answered with 401.
    Unauthorized,
    /// It is answered with 403.
    Forbidden,
}

/// Counts per route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests to `/health`.
    pub health: Tally,
    /// Requests to `/v1/work`.
    pub work: Tally,
}

/// How many requests were accepted and refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Answered with 200.
    pub ok: u64,
    /// Answered with 401 or 403.
    pub refused: u64,
}

impl Tally {
    pub(crate) fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Accepted => self.ok += 1,
            Verdict::Unauthorized | Verdict::Forbidden => self.refused += 1,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.ok += other.ok;
        self.refused += other.refused;
    }
}

impl Counts {
    pub(crate) fn of(&mut self, route: Route) -> &mut Tally {
        match route {
            Route::Health => &mut self.health,
            Route::Work => &mut self.work,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.health.add(other.health);
        self.work.add(other.work);
    }
}

/// A consumers' route.
#[derive(Clone, Copy)]
pub(crate) enum Route {
    Health,
    Work,
}

/// What a consumer's request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    Unauthorized,
    Forbidden,
}
