//! How much a value looks like words: a dictionary, and how surprising its letters are.

use crate::bigrams::SURPRISE;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The longest word of the dictionary, and the shortest.
const LONGEST: usize = 16;
const SHORTEST: usize = 3;

/// The most letters of a value that are looked at.
const MOST: usize = 96;

/// The letters of a value, seen as words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Wordlike {
    /// How many letters there are.
    pub(crate) letters: usize,
    /// How many of them words of the dictionary cover.
    pub(crate) covered: usize,
    /// How surprising a letter is after the one before it, in sixteenths of a bit, on average.
    pub(crate) surprise: u32,
}

impl Wordlike {
    /// Looks at the letters of a value.
    pub(crate) fn of(value: &[u8]) -> Self {
        let value = &value[..value.len().min(MOST)];
        let (mut seen, mut sum, mut pairs) = (Self::default(), 0, 0);
        for run in value.split(|byte| !byte.is_ascii_alphabetic()).filter(|run| !run.is_empty()) {
            seen.letters += run.len();
            for part in humps(run) {
                seen.covered += covered(part);
            }
            for pair in run.windows(2) {
                sum += u32::from(SURPRISE[letter(pair[0])][letter(pair[1])]);
                pairs += 1;
            }
        }
        seen.surprise = u32::checked_div(sum, pairs).unwrap_or(0);
        seen
    }

    /// Whether most of the letters are words.
    pub(crate) fn is_words(self) -> bool {
        self.letters > 0 && self.covered * 10 >= self.letters * 7
    }

    /// Whether the letters follow each other as they do in no word: 4.6 bits and more per pair.
    pub(crate) fn is_random(self) -> bool {
        self.surprise >= 74 && self.covered * 2 <= self.letters
    }
}

/// Whether a lower-case word is in the dictionary.
pub(crate) fn is_word(word: &[u8]) -> bool {
    let hash = hash(word);
    let (mut slot, tag) = (hash as usize % WORDS.len(), tag(hash));
    while WORDS[slot] != 0 {
        if WORDS[slot] == tag {
            return true;
        }
        slot = (slot + 1) % WORDS.len();
    }
    false
}

fn letter(byte: u8) -> usize {
    usize::from(byte.to_ascii_lowercase().wrapping_sub(b'a')).min(25)
}

/// The parts of `camelCaseText`.
fn humps(run: &[u8]) -> impl Iterator<Item = &[u8]> {
    run.chunk_by(|one, next| !(one.is_ascii_lowercase() && next.is_ascii_uppercase()))
}

/// The most letters that words can cover without touching each other.
fn covered(part: &[u8]) -> usize {
    let mut best = [0_u8; MOST + 1];
    for end in 1..=part.len() {
        best[end] = best[end - 1];
        for length in SHORTEST..=LONGEST.min(end) {
            let gain = u8::try_from(length).unwrap_or(u8::MAX);
            let candidate = best[end - length].saturating_add(gain);
            if candidate > best[end] && is_word_of(&part[end - length..end]) {
                best[end] = candidate;
            }
        }
    }
    usize::from(best[part.len()])
}

fn is_word_of(word: &[u8]) -> bool {
    let mut lower = [0; LONGEST];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    is_word(lower)
}

/// FNV-1a, as the build script computes it.
fn hash(word: &[u8]) -> u32 {
    word.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

fn tag(hash: u32) -> u16 {
    let [_, _, high, higher] = (hash ^ (hash << 7)).to_le_bytes();
    u16::from_le_bytes([high, higher]).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words_and_noise_is_not() {
        for words in ["passwordField", "my_user_name", "connection-string", "AccessToken", "managementConsole"] {
            assert!(Wordlike::of(words.as_bytes()).is_words(), "{words}");
        }
        for noise in ["xkqzvbnw", "wjfhqpzk", "zqxjkvbp"] {
            assert!(Wordlike::of(noise.as_bytes()).is_random(), "{noise}");
        }
        assert!(is_word(b"password") && !is_word(b"pasxword"));
    }
}
