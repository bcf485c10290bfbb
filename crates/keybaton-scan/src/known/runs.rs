//! Runs: the longest stretches of a text that are made of one set of characters.

use std::ops::Range;

use crate::charset::Charset;

/// A set of characters as a table: a look-up is one load.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    has: Box<[bool; 256]>,
    shortest: usize,
}

impl Runs {
    /// Finds runs of at least `shortest` bytes of these characters; of one byte at least.
    pub(super) fn new(characters: &Charset, shortest: usize) -> Self {
        let mut has = Box::new([false; 256]);
        for byte in characters.bytes() {
            has[usize::from(byte)] = true;
        }
        Self { has, shortest: shortest.max(1) }
    }

    /// Whether a byte is one of these characters.
    pub(super) fn has(&self, byte: u8) -> bool {
        self.has[usize::from(byte)]
    }

    /// Hands out every run that is long enough, in order.
    ///
    /// The byte at which a run that begins here would have to be long enough is looked at first: in most texts it is the
    /// end of a word, and everything before it is passed over unseen.
    pub(super) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(Range<usize>)) {
        let mut start = 0;
        while start + self.shortest <= bytes.len() {
            let window = &bytes[start..start + self.shortest];
            if let Some(break_at) = window.iter().rposition(|byte| !self.has[usize::from(*byte)]) {
                start += break_at + 1;
                continue;
            }
            let rest = &bytes[start + self.shortest..];
            let more = rest.iter().position(|byte| !self.has[usize::from(*byte)]).unwrap_or(rest.len());
            let end = start + self.shortest + more;
            found(start..end);
            start = end + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_are_those_that_a_plain_split_finds(text in "[ab. ]{0,60}", shortest in 0..6_usize) {
            let mut found = Vec::new();
            Runs::new(&Charset::of(b"ab"), shortest).each(text.as_bytes(), &mut |run| found.push(text[run].to_owned()));
            let split = text.split(['.', ' ']).filter(|part| part.len() >= shortest.max(1));
            prop_assert_eq!(found, split.map(str::to_owned).collect::<Vec<_>>());
        }
    }
}
