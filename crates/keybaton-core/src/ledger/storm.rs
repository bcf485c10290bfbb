//! A storm: calls are refused somewhere, and nobody knows with which credential.

use std::time::Duration;

use keybaton_types::Timestamp;
use serde::{Deserialize, Serialize};

/// A storm that was not seen for so long is over, whatever its source says: the source may be gone.
pub(crate) const LULL: Duration = Duration::from_mins(10);

/// So many characters of a source's words are kept.
const WORDS: usize = 300;

/// A rate of refused calls that no credential can be blamed for. It starts a diagnosis, and proves nothing (R13): what
/// counts as 401 or 403 is the source's to say, and 429, 5xx and time-outs never are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Storm {
    /// Who says so: the name of a signal in the configuration. The newest storm of a source replaces the one before.
    pub source: String,
    /// What it says, in words and without any value.
    pub what: String,
    /// When it began, by the store's clock.
    pub since: Timestamp,
    /// When it was seen last, by the store's clock.
    pub last: Timestamp,
    /// Whether it goes on, as far as its source knows.
    pub course: Course,
}

/// Whether a storm goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Course {
    /// It goes on.
    Rages,
    /// Its source says that it is over.
    Over,
}

impl Storm {
    /// A storm that a source sees at `now`, and that it first saw at `since`. Words are cut to 300 characters.
    pub fn new(source: impl Into<String>, what: &str, since: Timestamp, now: Timestamp) -> Self {
        let what = what.chars().filter(|c| !c.is_control()).take(WORDS).collect();
        Self { source: source.into(), what, since: since.min(now), last: now, course: Course::Rages }
    }

    /// The same storm, of which its source says at `now` that it is over.
    #[must_use]
    pub fn over(self, now: Timestamp) -> Self {
        Self { last: now.max(self.last), course: Course::Over, ..self }
    }

    /// Whether it goes on, as far as anybody knows.
    pub fn rages(&self, now: Timestamp) -> bool {
        self.course == Course::Rages && now.since(self.last) <= LULL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp(43_200_000_000);

    #[test]
    fn a_storm_is_over_when_its_source_says_so_or_says_nothing_any_more() {
        let storm = Storm::new("api", "7 % of calls were refused", NOON, NOON);
        assert!(storm.rages(NOON) && storm.rages(NOON + LULL));
        assert!(!storm.rages(NOON + LULL + Duration::from_micros(1)));
        assert!(!storm.over(NOON).rages(NOON));
    }

    #[test]
    fn what_a_source_says_is_bounded_and_began_no_later_than_now() {
        let storm = Storm::new("api", &"x\n".repeat(1_000), NOON + LULL, NOON);
        assert_eq!((storm.what, storm.since), ("x".repeat(WORDS), NOON));
    }
}
