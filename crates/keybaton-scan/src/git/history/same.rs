//! What two texts have in common, in order: parts that stand in both. Not the most that they could have, but soon found.

use std::ops::Range;

use memchr::memmem;

/// How long a part is at least with which two texts go on alike.
const LEAST: usize = 64;

/// How far behind a difference the texts are first tried to go on alike; then eight times as far, and so on.
const FIRST: usize = 64;
const FURTHER: usize = 8;

/// How many bytes are searched at most, for each byte of the new text: beyond, the rest counts as different.
const EFFORT: usize = 4;

/// How many bytes two texts are compared by at once.
const STEP: usize = 256;

/// A part that stands in both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Same {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) length: usize,
}

impl Same {
    fn end(self) -> (usize, usize) {
        (self.old + self.length, self.new + self.length)
    }
}

/// The parts that stand in both texts, in their order. The first one is where both begin, the last one where both end; they
/// may be empty.
pub(super) fn parts(old: &[u8], new: &[u8]) -> Vec<Same> {
    let before = common(old, new);
    let after = common_end(&old[before..], &new[before..]);
    let ends = (old.len() - after, new.len() - after);
    let mut parts = vec![Same { old: 0, new: 0, length: before }];
    let (mut at, mut left) = ((before, before), new.len().saturating_mul(EFFORT));
    while let Some(part) = next(&old[..ends.0], &new[..ends.1], at, &mut left) {
        parts.push(part);
        at = part.end();
    }
    parts.push(Same { old: ends.0, new: ends.1, length: after });
    parts
}

/// The places in the new text where something is different around them: between the parts that are the same.
pub(super) fn changes(parts: &[Same]) -> impl Iterator<Item = Range<usize>> + '_ {
    parts.windows(2).filter_map(|pair| {
        let (end, next) = (pair[0].end(), pair[1]);
        (end != (next.old, next.new)).then_some(end.1..next.new)
    })
}

/// The next part behind a difference that stands in both.
fn next(old: &[u8], new: &[u8], at: (usize, usize), left: &mut usize) -> Option<Same> {
    let mut ahead = FIRST;
    while let Some(probe) = new.get(at.1 + ahead..at.1 + ahead + LEAST) {
        let area = &old[at.0..];
        let found = memmem::find(&area[..area.len().min(*left)], probe);
        *left = left.saturating_sub(found.unwrap_or(area.len()));
        if let Some(found) = found {
            let (from, to) = (at.0 + found, at.1 + ahead);
            let back = common_end(&old[at.0..from], &new[at.1..to]);
            let length = common(&old[from..], &new[to..]);
            return Some(Same { old: from - back, new: to - back, length: back + length });
        }
        ahead *= FURTHER;
    }
    None
}

/// How many bytes two texts begin with alike.
fn common(one: &[u8], other: &[u8]) -> usize {
    let steps = one.chunks_exact(STEP).zip(other.chunks_exact(STEP)).take_while(|(one, other)| one == other).count();
    let at = steps * STEP;
    at + one[at..].iter().zip(&other[at..]).take_while(|(one, other)| one == other).count()
}

/// How many bytes two texts end with alike.
fn common_end(one: &[u8], other: &[u8]) -> usize {
    let steps = one.rchunks_exact(STEP).zip(other.rchunks_exact(STEP)).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[..one.len() - steps * STEP], &other[..other.len() - steps * STEP]);
    steps * STEP + one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines that are like no other ones.
    fn lines(from: usize, to: usize) -> String {
        let lines: Vec<_> =
            (from..to).map(|no| format!("line {no} has {} in it, and {}\n", no * no, no * 7919)).collect();
        lines.concat()
    }

    #[test]
    fn what_lies_between_two_differences_is_the_same() {
        let old = lines(0, 900);
        let new =
            format!("{}new here\n{}{}and there{}", lines(0, 200), lines(200, 500), lines(520, 700), lines(703, 900));
        let parts = parts(old.as_bytes(), new.as_bytes());
        let same: usize = parts.iter().map(|part| part.length).sum();
        assert!(same > new.len() - 300, "{parts:?}");
        assert_eq!(changes(&parts).count(), 3);
    }

    #[test]
    fn two_texts_without_anything_in_common_differ_as_a_whole() {
        let (old, new) = ("a".repeat(5000), "b".repeat(4000));
        for (old, new, changed) in [(&*old, &*new, 0..4000), ("", &new, 0..4000), (&old, "", 0..0)] {
            assert!(changes(&parts(old.as_bytes(), new.as_bytes())).eq([changed]));
        }
        assert_eq!(changes(&parts(old.as_bytes(), old.as_bytes())).count(), 0);
    }

    proptest! {
        #[test]
        fn a_part_stands_in_both_texts_and_behind_the_one_before(
            seeds in prop::collection::vec((0..40_usize, 1..60_usize), 0..8),
            others in prop::collection::vec((0..40_usize, 1..60_usize), 0..8),
        ) {
            let text = |seeds: &[(usize, usize)]| -> String {
                seeds.iter().map(|(from, count)| lines(*from, from + count)).collect()
            };
            let (old, new) = (text(&seeds), text(&others));
            let parts = parts(old.as_bytes(), new.as_bytes());
            let mut end = (0, 0);
            for part in &parts {
                prop_assert!(part.old >= end.0 && part.new >= end.1);
                end = part.end();
                prop_assert_eq!(&old[part.old..end.0], &new[part.new..end.1]);
            }
            prop_assert_eq!(end, (old.len(), new.len()));
            let same: usize = parts.iter().map(|part| part.length).sum();
            let changed: usize = changes(&parts).map(|change| change.len()).sum();
            prop_assert_eq!(same + changed, new.len());
        }
    }
}
