//! What of others had been seen when a version of ours was written: whatever is younger has been judged by nobody.
//!
//! Key Vault says when a version was made in whole seconds and lists versions in no order, so the last minute before is kept
//! by name.

use std::collections::BTreeSet;

use super::properties::Properties;

/// The clocks of the service may differ by so many seconds.
const SLACK: i64 = 60;

/// So many names have room in a tag.
const ROOM: usize = 12;

/// So much of a version's id tells it from the others of a minute.
const SHORT: usize = 8;

/// What of others had been seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// Everything that was made before this, in seconds since 1970.
    pub(super) since: i64,
    /// Of what was made since, these.
    pub(super) seen: BTreeSet<String>,
}

impl Sight {
    /// Takes down versions of others.
    pub(super) fn of<'a>(others: impl Iterator<Item = &'a Properties> + Clone) -> Self {
        let Some(youngest) = others.clone().map(|version| version.created).max() else { return Self::default() };
        let since = youngest.saturating_sub(SLACK);
        let seen: BTreeSet<_> = others.filter(|version| version.created >= since).map(short).collect();
        // More than a dozen in a minute: all that is as old as the youngest counts as seen.
        if seen.len() > ROOM {
            Self { since: youngest.saturating_add(1), ..Self::default() }
        } else {
            Self { since, seen }
        }
    }

    /// Whether it had been seen.
    pub(super) fn has(&self, version: &Properties) -> bool {
        version.created < self.since || self.seen.contains(&short(version))
    }
}

fn short(version: &Properties) -> String {
    version.version.chars().take(SHORT).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn made(version: &str, created: i64) -> Properties {
        Properties { version: version.to_owned(), enabled: true, created, tags: HashMap::new() }
    }

    #[test]
    fn what_came_later_was_not_seen_not_even_in_the_same_second() {
        let seen = [made("0a1b2c3d4e5f", 1_000), made("11112222333", 2_000), made("44445555666", 1_970)];
        let sight = Sight::of(seen.iter());
        assert!(seen.iter().all(|version| sight.has(version)));
        assert!(sight.has(&made("aaaabbbbccc", 1_000)), "what is old was there, or was made to look so by nobody");
        for created in [1_970, 2_000, 2_001] {
            assert!(!sight.has(&made("aaaabbbbccc", created)), "{created}");
        }
        assert!(!Sight::default().has(&made("aaaabbbbccc", 1)), "where nothing was, everything is new");
    }

    #[test]
    fn a_crowd_is_told_by_the_second() {
        let crowd: Vec<_> = (0..40).map(|no| made(&format!("{no:08}"), 2_000)).collect();
        let sight = Sight::of(crowd.iter());
        assert!(sight.seen.is_empty() && crowd.iter().all(|version| sight.has(version)));
        assert!(!sight.has(&made("aaaabbbbccc", 2_001)));
    }
}
