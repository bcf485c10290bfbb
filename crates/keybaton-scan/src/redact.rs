//! Takes credentials out of a text that is about to be shown.

use crate::{Rules, Scanner, Text, mask};

/// The text with stars in place of every value that a scan finds, and how many there were.
///
/// Comments that allow a value allow it in a repository, not in a log: they count for nothing here.
pub fn redact(rules: &Rules, bytes: &[u8]) -> (Vec<u8>, usize) {
    let (mut out, mut done, mut count) = (Vec::with_capacity(bytes.len()), 0, 0);
    Scanner::strict(rules).scan(&Text::new(bytes), &mut |hit| {
        // a key that several secrets hold is hit for each of them
        if hit.start < done {
            return;
        }
        out.extend_from_slice(&bytes[done..hit.start]);
        out.extend_from_slice(mask(&bytes[hit.range()], hit.rule.shown).as_bytes());
        done = hit.end;
        count += 1;
    });
    out.extend_from_slice(&bytes[done..]);
    (out, count)
}
