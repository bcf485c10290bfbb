//! The dialects: the same admin API in shapes that have little in common. One file each.

mod acme;
mod answer;
mod array;
mod nested;

use std::fmt;
use std::str::FromStr;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::effect::Outcome;

pub(crate) use answer::Answer;

/// How the admin API talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// JSON, flat objects, bearer, RFC 3339 times, the next page as a URL in the body.
    #[default]
    Acme,
    /// Forms, wrapped answers, a custom header, Unix times, `Link` paging, ids that need escaping in a URL.
    Nested,
    /// A bare array, numeric ids, basic authentication as `admin`, no disable, no last use, no pages.
    Array,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 3] = [Self::Acme, Self::Nested, Self::Array];

    /// Returns its name in flags.
    pub fn name(self) -> &'static str {
        match self {
            Self::Acme => "acme",
            Self::Nested => "nested",
            Self::Array => "array",
        }
    }

    pub(crate) fn style(self) -> &'static dyn Style {
        match self {
            Self::Acme => &acme::Acme,
            Self::Nested => &nested::Nested,
            Self::Array => &array::Array,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|dialect| dialect.name() == name);
        known.ok_or_else(|| format!("no dialect {name:?}; one of acme, nested, array"))
    }
}

/// What a dialect decides.
pub(crate) trait Style: Sync {
    /// Parses requests; the handlers end in [`crate::admin::perform`].
    fn routes(&self) -> Router<App>;
    /// Whether the request carries the admin's credential.
    fn admits(&self, headers: &HeaderMap, token: &str) -> bool;
    /// Names the n-th key.
    fn mint(&self, n: u64) -> String;
    /// Whether a key that was there before may have this id.
    fn permits(&self, id: &str) -> bool;
    /// Says what came of a call; `origin` is `http://ADDRESS:PORT`.
    fn render(&self, outcome: &Outcome, origin: &str) -> Answer;
    /// Says that something was refused or failed.
    fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer;
    /// The status and words when no more keys fit.
    fn full(&self, max: usize) -> Answer;
    /// The names of the fields with the id and with the value of a key.
    fn fields(&self) -> Fields;
}

/// The names of the fields that matter.
pub(crate) struct Fields {
    pub(crate) id: &'static str,
    pub(crate) value: &'static str,
}
