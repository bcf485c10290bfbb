//! Looks at a blob only where it differs from the one before it.
//!
//! The objects of a delta tree come one after the other, and most of them are the one before with a few other lines.
//! What decides about a value stands near it, so a value that is far from every difference was there before, or was not.
//! Who finds more than there is does no harm here: what is found is looked at again as a whole.

use std::ops::Range;

use memchr::{memchr, memmem};

/// How much around a difference may be a part of a value of up to a kilobyte, or decide about it: its name, its
/// surroundings on this line and the next.
const NEAR: usize = 4096;

/// How much before a long value may decide about it.
const CONTEXT: usize = 512;

/// How much around a difference may be a part of a private key.
const FAR: usize = 40 * 1024;

/// What private keys of several lines begin with.
const BLOCKS: [&[u8]; 2] = [b"-----BEGIN ", b"PuTTY-User-Key-File-"];

/// How much of a blob at most is looked at beyond its differences; whoever has more is looked at as a whole.
const LONGEST: usize = 128 * 1024;

/// Tells where in a text the first value is that could be a credential.
pub(super) type Seek<'s> = &'s mut dyn FnMut(&[u8]) -> Option<Range<usize>>;

/// What a thread looked at last.
#[derive(Debug, Default)]
pub(super) struct Alike {
    last: Vec<u8>,
    hit: Option<Range<usize>>,
    /// What was handed to whoever seeks, in bytes.
    #[cfg(test)]
    sought: usize,
}

impl Alike {
    /// Whether a text could hold a credential. `seek` gets as little of it as there is to look at.
    pub(super) fn is_hit(&mut self, bytes: &[u8], seek: Seek<'_>) -> bool {
        let before = common(&self.last, bytes);
        let after = common_end(&self.last[before..], &bytes[before..]);
        let hit = match &self.hit {
            Some(hit) if hit.end + reach(hit) <= before => Some(hit.clone()),
            Some(hit) if hit.start >= self.last.len() - after + reach(hit) => {
                let from_end = self.last.len() - hit.start;
                Some(bytes.len() - from_end..bytes.len() - from_end + hit.len())
            }
            Some(_) => self.seek(bytes, seek),
            None => match window(bytes, before..bytes.len() - after) {
                Some(part) if self.seek(&bytes[part.clone()], seek).is_none() => None,
                // a value that the window cuts may look like another one
                Some(_) | None => self.seek(bytes, seek),
            },
        };
        self.last.clear();
        self.last.extend_from_slice(bytes);
        self.hit = hit;
        self.hit.is_some()
    }

    #[cfg_attr(not(test), expect(clippy::unused_self, reason = "tests count what is sought"))]
    fn seek(&mut self, bytes: &[u8], seek: Seek<'_>) -> Option<Range<usize>> {
        #[cfg(test)]
        {
            self.sought += bytes.len();
        }
        seek(bytes)
    }
}

/// How far from a value something may decide about it.
fn reach(hit: &Range<usize>) -> usize {
    if hit.len() > CONTEXT { FAR } else { NEAR }
}

/// The part of a text that has to be looked at when only `changed` is new; none for all of it.
fn window(bytes: &[u8], changed: Range<usize>) -> Option<Range<usize>> {
    let around = |reach: usize| changed.start.saturating_sub(reach)..bytes.len().min(changed.end + reach);
    let far = &bytes[around(FAR)];
    if BLOCKS.iter().any(|block| memmem::find(far, block).is_some()) {
        return sound(bytes, around(FAR));
    }
    let near = around(NEAR);
    // a value that is longer has no white space in it
    let dense = |byte: &u8| !byte.is_ascii_whitespace();
    let before = bytes[..near.start].iter().rev().take(LONGEST).take_while(|byte| dense(byte)).count();
    let after = bytes[near.end..].iter().take(LONGEST).take_while(|byte| dense(byte)).count();
    if before == LONGEST || after == LONGEST {
        return None;
    }
    let start = (near.start - before).saturating_sub(CONTEXT);
    sound(bytes, start..bytes.len().min(near.end + after + CONTEXT))
}

/// A window that is taken for text as all of it is, and is worth it.
fn sound(bytes: &[u8], window: Range<usize>) -> Option<Range<usize>> {
    (window.len() * 4 < bytes.len() * 3 && memchr(0, &bytes[window.clone()]).is_none()).then_some(window)
}

/// How many bytes two texts are compared by at once.
const STEP: usize = 256;

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
    use crate::{Rules, Scanner, Text};

    /// Lines that make, hide or are parts of values, and long dull ones.
    fn piece(no: usize) -> String {
        let pem: Vec<String> =
            (0..20).map(|line| format!("K6VwelGDNI7A5HiSOnQssC5I7Z4UoUCqwvQcXMibTja8kbhkg7HLz{line:02}\n")).collect();
        match no % 12 {
            0 => "password = 'Kx92kdls!q'\n".to_owned(),
            1 => "password = '\n".to_owned(),
            2 => "Kx92kdls!q'\n".to_owned(),
            3 => "-----BEGIN RSA PRIVATE KEY-----\n".to_owned(),
            4 => pem.concat(),
            5 => "-----END RSA PRIVATE KEY-----\n".to_owned(),
            6 => "- name: DB_PASSWORD\n".to_owned(),
            7 => "  value: Kx92kdls!q\n".to_owned(),
            8 => format!("Authorization: Bearer {}\n", "aB3dE5gH7jK9".repeat(200)),
            9 => "url = postgres://bob:kd83hHs2@db/x\n".to_owned(),
            10 => "x = 1;\n".repeat(900),
            _ => "let name = words(); // nothing to see here\n".repeat(300),
        }
    }

    fn is_hit(rules: &Rules, bytes: &[u8]) -> Option<Range<usize>> {
        let mut first = None;
        Scanner::anywhere(rules).scan(&Text::new(bytes), &mut |hit| {
            first.get_or_insert(hit.range());
        });
        first
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn what_changes_a_little_is_judged_as_if_it_were_looked_at_as_a_whole(
            pieces in prop::collection::vec(0..12_usize, 1..14),
            edits in prop::collection::vec((0..1000_usize, 0..1000_usize, 0..13_usize), 1..10),
        ) {
            let rules = Rules::built_in();
            let mut text: Vec<u8> = pieces.iter().flat_map(|no| piece(*no).into_bytes()).collect();
            let mut alike = Alike::default();
            for (from, length, with) in edits {
                let whole = is_hit(&rules, &text).is_some();
                let seen = alike.is_hit(&text, &mut |bytes| is_hit(&rules, bytes));
                prop_assert_eq!(seen, whole, "{}", String::from_utf8_lossy(&text));
                let from = from * text.len() / 1000;
                let to = text.len().min(from + length / 12);
                text.splice(from..to, piece(with).into_bytes().into_iter().take(if with == 12 { 0 } else { usize::MAX }));
            }
        }
    }

    #[test]
    fn a_line_more_costs_what_is_around_it() {
        let (rules, mut alike) = (Rules::built_in(), Alike::default());
        let mut seek = |bytes: &[u8]| is_hit(&rules, bytes);
        let text = piece(11).repeat(60);
        assert!(!alike.is_hit(text.as_bytes(), &mut seek));
        let whole = alike.sought;
        assert_eq!(whole, text.len());
        for at in [0, text.len() / 2, text.len()] {
            let mut other = text.clone();
            other.insert_str(at, "one more line\n");
            assert!(!alike.is_hit(other.as_bytes(), &mut seek));
            assert!(!alike.is_hit(text.as_bytes(), &mut seek));
        }
        assert!(alike.sought < whole + 6 * 3 * NEAR, "{} {whole}", alike.sought);
    }

    #[test]
    fn a_hit_that_stays_is_not_looked_for_again() {
        let (rules, mut alike) = (Rules::built_in(), Alike::default());
        let mut seek = |bytes: &[u8]| is_hit(&rules, bytes);
        let text = format!("{}{}", piece(0), piece(11).repeat(20));
        assert!(alike.is_hit(text.as_bytes(), &mut seek));
        let whole = alike.sought;
        assert!(alike.is_hit(format!("{text}one more line\n").as_bytes(), &mut seek));
        assert_eq!(alike.sought, whole);
        assert!(!alike.is_hit(&text.as_bytes()[piece(0).len()..], &mut seek), "the hit has gone");
    }

    #[test]
    fn ends_alike_do_not_reach_over_what_begins_alike() {
        for (one, other) in [("aaaa", "aaa"), ("", "a"), ("abab", "ab"), (&"x".repeat(600), &"x".repeat(599))] {
            let (one, other) = (one.as_bytes(), other.as_bytes());
            let before = common(one, other);
            let after = common_end(&one[before..], &other[before..]);
            assert!(before + after <= one.len().min(other.len()));
            assert_eq!(before, one.len().min(other.len()));
        }
    }
}
