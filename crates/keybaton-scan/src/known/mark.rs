//! Says of hits which managed key they are, and adds those that no rule found.

use std::ops::Range;

use keybaton_types::document::ManagedFinding;

use super::Known;
use crate::{
    Rule, Verdict,
    context::generic,
    scanner::{Grade, Raw},
};

/// The rule under which a managed key is reported that no other rule finds.
pub(crate) fn rule() -> &'static Rule {
    static RULE: Rule = generic("managed-key", "key that keybaton manages");
    &RULE
}

/// A place, and who holds the key that stands there.
type Place<'r> = (Range<usize>, &'r [ManagedFinding]);

/// Looks for managed keys. What a rule found at the same place is replaced: its name stays, since it says more.
///
/// Both lists are in order of their starts.
pub(crate) fn mark<'r>(known: &'r Known, bytes: &[u8], raw: &mut Vec<Raw<'r>>) {
    for raw in raw.iter_mut() {
        raw.managed = known.ask(&bytes[raw.start..raw.end]);
    }
    let mut places: Vec<Place<'r>> = Vec::new();
    known.each(bytes, &mut |range, keys| places.push((range, keys)));
    if places.is_empty() {
        return;
    }
    places.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let mut apart: Vec<Place<'r>> = Vec::new();
    for place in places {
        if apart.last().is_none_or(|last| last.0.end <= place.0.start) {
            apart.push(place);
        }
    }
    let mut named: Vec<Option<&'r Rule>> = vec![None; apart.len()];
    raw.retain(|raw| match over(&apart, raw) {
        Some(no) => {
            if raw.grade == Grade::Usual {
                named[no].get_or_insert(raw.rule);
            }
            false
        }
        None => true,
    });
    raw.extend(apart.into_iter().zip(named).map(|((range, managed), named)| Raw {
        verdict: Verdict::Proven,
        managed,
        ..Raw::likely(named.unwrap_or_else(|| rule()), range.start, range.end)
    }));
    raw.sort_by_key(|raw| (raw.start, std::cmp::Reverse(raw.end)));
}

/// The place that a hit touches, if there is one.
fn over(places: &[Place<'_>], raw: &Raw<'_>) -> Option<usize> {
    let no = places.partition_point(|(range, _)| range.end <= raw.start);
    places.get(no).filter(|(range, _)| range.start < raw.end).map(|_| no)
}
