//! What is made of what a vault serves. Pure: a version that is older, condemned, altered or unmarked is never taken.

use std::collections::BTreeSet;
use std::fmt;

use keybaton_types::{Fingerprint, VersionNo};

/// What is known of the secret. Fingerprints here are public ones, of values that were in our own hands.
pub(crate) struct Has<'a> {
    /// The version at hand; zero where there is none.
    pub(crate) version: VersionNo,
    /// The value at hand.
    pub(crate) print: Option<&'a Fingerprint>,
    /// The highest version that keybaton served.
    pub(crate) highest: VersionNo,
    /// The highest version of a vault that keybaton, asked later, did not confirm.
    pub(crate) overruled: VersionNo,
    /// Versions that nobody may use again.
    pub(crate) condemned: &'a BTreeSet<VersionNo>,
    /// The values of such versions.
    pub(crate) dead: &'a BTreeSet<Fingerprint>,
}

/// What a vault serves.
#[derive(Clone, Copy)]
pub(crate) struct Shows<'a> {
    /// Keybaton's own number of it, if it carries one.
    pub(crate) version: Option<VersionNo>,
    /// The value.
    pub(crate) print: &'a Fingerprint,
}

/// What to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is later than all that is known: take it.
    Take(VersionNo),
    /// It is what is at hand: keep that for longer.
    Same,
    /// Leave it, and keep what is at hand.
    Leave(Unfit),
}

/// Why what a vault serves is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// There is nothing.
    Nothing,
    /// It carries no number of ours: nobody could say later who was handed what.
    Unmarked,
    /// It is older than what is at hand or than what keybaton served.
    Older { shows: VersionNo, known: VersionNo },
    /// Keybaton answered since it was taken, and served less.
    Overruled(VersionNo),
    /// It is condemned, by its number.
    Condemned(VersionNo),
    /// It is the value of a condemned version, under another number.
    Dead,
    /// It has the number of what is at hand, and another value: somebody else wrote it.
    Altered(VersionNo),
}

/// Judges what a vault serves.
pub(crate) fn judge(has: &Has<'_>, shows: Option<Shows<'_>>) -> Verdict {
    let Some(shows) = shows else { return Verdict::Leave(Unfit::Nothing) };
    if has.dead.contains(shows.print) {
        return Verdict::Leave(Unfit::Dead);
    }
    let known = has.highest.max(has.version);
    match shows.version {
        None => Verdict::Leave(Unfit::Unmarked),
        Some(version) if has.condemned.contains(&version) => Verdict::Leave(Unfit::Condemned(version)),
        Some(version) if version < known => Verdict::Leave(Unfit::Older { shows: version, known }),
        Some(version) if version <= has.overruled => Verdict::Leave(Unfit::Overruled(version)),
        Some(version) if version == has.version && has.print == Some(shows.print) => Verdict::Same,
        Some(version) if version == has.version => Verdict::Leave(Unfit::Altered(version)),
        Some(version) => Verdict::Take(version),
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("it has nothing"),
            Self::Unmarked => f.write_str("what it serves carries no number of this keybaton, so it may be anybody's"),
            Self::Older { shows, known } => write!(f, "it serves version {shows}, and version {known} was seen"),
            Self::Overruled(version) => write!(f, "it serves version {version}, and keybaton's later word was another"),
            Self::Condemned(version) => write!(f, "it serves version {version}, which is condemned"),
            Self::Dead => f.write_str("it serves the value of a version that is condemned"),
            Self::Altered(version) => write!(f, "it serves another value under the number of version {version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is at hand, what keybaton served, and what is condemned of version 3.
    fn verdict(at_hand: Option<u64>, highest: u64, shows: Option<(Option<u64>, &str)>) -> Verdict {
        after(0, at_hand, highest, shows)
    }

    /// The same after keybaton has overruled a version of the vault.
    fn after(overruled: u64, at_hand: Option<u64>, highest: u64, shows: Option<(Option<u64>, &str)>) -> Verdict {
        let print = |version: u64| Fingerprint(format!("value-{version}"));
        let (condemned, dead) = (BTreeSet::from([VersionNo(3)]), BTreeSet::from([print(3)]));
        let held = at_hand.map(print);
        let has = Has {
            version: VersionNo(at_hand.unwrap_or(0)),
            print: held.as_ref(),
            highest: VersionNo(highest),
            overruled: VersionNo(overruled),
            condemned: &condemned,
            dead: &dead,
        };
        let theirs = shows.map(|(version, value)| (version.map(VersionNo), Fingerprint(value.to_owned())));
        judge(&has, theirs.as_ref().map(|(version, print)| Shows { version: *version, print }))
    }

    #[test]
    fn a_later_version_is_taken_and_the_same_one_stays() {
        assert_eq!(verdict(Some(4), 4, Some((Some(5), "value-5"))), Verdict::Take(VersionNo(5)));
        assert_eq!(verdict(Some(4), 4, Some((Some(5), "value-4"))), Verdict::Take(VersionNo(5)), "a way back");
        assert_eq!(verdict(Some(4), 4, Some((Some(4), "value-4"))), Verdict::Same);
        assert_eq!(verdict(Some(6), 4, Some((Some(6), "value-6"))), Verdict::Same, "read by a detour before");
        assert_eq!(verdict(None, 0, Some((Some(1), "value-1"))), Verdict::Take(VersionNo(1)));
        assert_eq!(verdict(None, 4, Some((Some(4), "value-4"))), Verdict::Take(VersionNo(4)), "its term was over");
    }

    #[test]
    fn nothing_goes_back() {
        let older = |shows, known| Verdict::Leave(Unfit::Older { shows: VersionNo(shows), known: VersionNo(known) });
        assert_eq!(verdict(Some(5), 5, Some((Some(4), "value-4"))), older(4, 5));
        assert_eq!(verdict(None, 5, Some((Some(4), "value-4"))), older(4, 5), "an empty hand remembers");
        assert_eq!(verdict(Some(6), 4, Some((Some(5), "value-5"))), older(5, 6), "after a detour too");
    }

    #[test]
    fn what_keybaton_has_overruled_is_not_taken_again() {
        let overruled = Verdict::Leave(Unfit::Overruled(VersionNo(6)));
        for at_hand in [None, Some(4)] {
            assert_eq!(after(6, at_hand, 4, Some((Some(6), "value-6"))), overruled);
            assert_eq!(after(6, at_hand, 4, Some((Some(7), "value-7"))), Verdict::Take(VersionNo(7)));
        }
        assert_eq!(after(6, Some(8), 8, Some((Some(8), "value-8"))), Verdict::Same, "keybaton has come further");
    }

    #[test]
    fn what_is_condemned_is_taken_under_no_number() {
        assert_eq!(verdict(None, 0, Some((Some(3), "value-3"))), Verdict::Leave(Unfit::Dead));
        assert_eq!(verdict(None, 0, Some((Some(3), "value-x"))), Verdict::Leave(Unfit::Condemned(VersionNo(3))));
        for version in [None, Some(4), Some(900)] {
            assert_eq!(verdict(Some(4), 4, Some((version, "value-3"))), Verdict::Leave(Unfit::Dead), "{version:?}");
        }
    }

    #[test]
    fn what_is_not_known_to_be_ours_is_left_even_with_nothing_at_hand() {
        for at_hand in [None, Some(4)] {
            assert_eq!(verdict(at_hand, 4, Some((None, "value-9"))), Verdict::Leave(Unfit::Unmarked));
            assert_eq!(verdict(at_hand, 4, None), Verdict::Leave(Unfit::Nothing));
        }
        let altered = Verdict::Leave(Unfit::Altered(VersionNo(4)));
        assert_eq!(verdict(Some(4), 4, Some((Some(4), "value-of-somebody"))), altered);
    }
}
