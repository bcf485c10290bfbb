//! Looks at a blob only where it differs from the one before it.
//!
//! The objects of a delta tree come one after the other, and most of them are the one before with a few other lines.
//! What decides about a value stands near it, so a value that is far from every difference was there before, or was not.
//! Who finds more than there is does no harm here: what is found is looked at again as a whole.

use std::ops::Range;

use memchr::{memchr, memmem};

use super::same::{self, Same};

/// How much around a difference may be a part of a value of up to a kilobyte, or decide about it: its name, its
/// surroundings on this line and the next.
const NEAR: usize = 4096;

/// How much before a long value may decide about it.
const CONTEXT: usize = 512;

/// How much around a difference may be a part of a private key.
const FAR: usize = 40 * 1024;

/// What private keys of several lines begin with, or have somewhere: a JSON Web Key its kind.
const BLOCKS: [&[u8]; 3] = [b"-----BEGIN ", b"PuTTY-User-Key-File-", b"kty"];

/// How long these are at most.
const BLOCK: usize = 20;

/// How much of a blob at most is looked at beyond its differences; whoever has more is looked at as a whole.
const LONGEST: usize = 128 * 1024;

/// Tells where in a text the first value is that could be a credential.
pub(super) type Seek<'s> = &'s mut dyn FnMut(&[u8]) -> Option<Range<usize>>;

/// What a thread looked at last.
#[derive(Debug, Default)]
pub(super) struct Alike {
    last: Vec<u8>,
    hit: Option<Range<usize>>,
    /// Whether something in it may belong to a private key of several lines.
    has_block: bool,
    /// What was handed to whoever seeks, in bytes.
    #[cfg(test)]
    sought: usize,
}

impl Alike {
    /// Whether a text could hold a credential. `seek` gets as little of it as there is to look at.
    pub(super) fn is_hit(&mut self, bytes: &[u8], seek: Seek<'_>) -> bool {
        let parts = same::parts(&self.last, bytes);
        self.has_block = if self.has_block { has_block(bytes) } else { brings_block(&parts, bytes) };
        let hit = match &self.hit {
            Some(hit) => parts.iter().find_map(|part| carried(part, hit, &parts)).or_else(|| self.seek(bytes, seek)),
            None => match windows(bytes, &parts, if self.has_block { FAR } else { NEAR }) {
                Some(windows) if windows.iter().all(|one| self.seek(&bytes[one.clone()], seek).is_none()) => None,
                // a value that a window cuts may look like another one
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

/// Whether a private key of several lines may be in a text.
fn has_block(bytes: &[u8]) -> bool {
    BLOCKS.iter().any(|block| memmem::find(bytes, block).is_some())
}

/// Whether there may be one where a text differs from another one, which has none.
fn brings_block(parts: &[Same], bytes: &[u8]) -> bool {
    let near = |change: Range<usize>| change.start.saturating_sub(BLOCK)..bytes.len().min(change.end + BLOCK);
    same::changes(parts).any(|change| has_block(&bytes[near(change)]))
}

/// Where a hit of the text before is, if a part has all that decides about it.
fn carried(part: &Same, hit: &Range<usize>, parts: &[Same]) -> Option<Range<usize>> {
    let reach = if hit.len() > CONTEXT { FAR } else { NEAR };
    let is_first = parts.first() == Some(part);
    let is_last = parts.last() == Some(part);
    let from = if is_first { 0 } else { part.old + reach };
    let to = if is_last { part.old + part.length } else { (part.old + part.length).saturating_sub(reach) };
    let moved = |at: usize| at - part.old + part.new;
    (from <= hit.start && hit.end <= to).then(|| moved(hit.start)..moved(hit.end))
}

/// The parts of a text that have to be looked at when only what is between `parts` is new; none for all of it.
fn windows(bytes: &[u8], parts: &[Same], reach: usize) -> Option<Vec<Range<usize>>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for change in same::changes(parts) {
        let mut window = around(bytes, change, reach)?;
        while let Some(before) = windows.pop_if(|before| before.end >= window.start) {
            window = window.start.min(before.start)..window.end.max(before.end);
        }
        windows.push(window);
    }
    let length: usize = windows.iter().map(Range::len).sum();
    // each is taken for text as all of it is, and they are worth it
    let is_sound = windows.iter().all(|window| memchr(0, &bytes[window.clone()]).is_none());
    (length * 4 < bytes.len() * 3 && is_sound).then_some(windows)
}

/// What is around a change, with all of a value that is longer: it has no white space in it.
fn around(bytes: &[u8], change: Range<usize>, reach: usize) -> Option<Range<usize>> {
    let near = change.start.saturating_sub(reach)..bytes.len().min(change.end + reach);
    let dense = |byte: &u8| !byte.is_ascii_whitespace();
    let before = bytes[..near.start].iter().rev().take(LONGEST).take_while(|byte| dense(byte)).count();
    let after = bytes[near.end..].iter().take(LONGEST).take_while(|byte| dense(byte)).count();
    if before == LONGEST || after == LONGEST {
        return None;
    }
    Some((near.start - before).saturating_sub(CONTEXT)..bytes.len().min(near.end + after + CONTEXT))
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
        let long = "Zx8qT3vNc0LwRy5mKd2b".repeat(70);
        match no % 15 {
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
            11 => format!("{{\n \"kty\": \"RSA\",\n \"n\": \"{long}\",\n \"p\": \"{long}\",\n \"q\": \"{long}\",\n"),
            12 => format!(" \"dp\": \"{long}\",\n \"d\": \"{long}\",\n"),
            13 => format!(" \"qi\": \"{long}\"\n}}\n"),
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
            pieces in prop::collection::vec(0..15_usize, 1..14),
            edits in prop::collection::vec((0..1000_usize, 0..1000_usize, 0..16_usize), 1..16),
        ) {
            let rules = Rules::built_in();
            let mut text: Vec<u8> = pieces.iter().flat_map(|no| piece(*no).into_bytes()).collect();
            let mut alike = Alike::default();
            for (no, (from, length, with)) in edits.into_iter().enumerate() {
                // the next look sees one edit or two
                if no % 3 != 2 {
                    let whole = is_hit(&rules, &text).is_some();
                    let seen = alike.is_hit(&text, &mut |bytes| is_hit(&rules, bytes));
                    prop_assert_eq!(seen, whole, "{}", String::from_utf8_lossy(&text));
                }
                let from = from * text.len() / 1000;
                let to = text.len().min(from + length / 12);
                text.splice(from..to, piece(with).into_bytes().into_iter().take(if with == 15 { 0 } else { usize::MAX }));
            }
        }
    }

    #[test]
    fn a_line_more_costs_what_is_around_it() {
        let (rules, mut alike) = (Rules::built_in(), Alike::default());
        let mut seek = |bytes: &[u8]| is_hit(&rules, bytes);
        let text = piece(14).repeat(60);
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
        let text = format!("{}{}", piece(0), piece(14).repeat(20));
        assert!(alike.is_hit(text.as_bytes(), &mut seek));
        let whole = alike.sought;
        assert!(alike.is_hit(format!("{text}one more line\n").as_bytes(), &mut seek));
        assert_eq!(alike.sought, whole);
        assert!(!alike.is_hit(&text.as_bytes()[piece(0).len()..], &mut seek), "the hit has gone");
    }
}
