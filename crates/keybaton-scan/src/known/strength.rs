//! How hard a value is to guess, estimated from below: whoever holds a fingerprint and its key can try guesses.

use crate::{base64, entropy, wordlike::Wordlike};

/// The least bits of a value whose fingerprint may leave the store: nobody tries 2^80 guesses.
pub(super) const ENOUGH: f32 = 80.0;

/// The most bits that are told apart; a longer value is not looked at to its end.
const LONGEST: usize = 4096;

/// What a letter adds that belongs to a word, or to something that sounds like one.
const LETTER_OF_WORD: f32 = 1.5;

/// The bits that a guess has to get right, at least.
///
/// What is not random counts little: words and what sounds like them, sequences, short parts of one kind (the prefix of a
/// token), repetitions. Text behind base 64 is judged as the text that it is.
pub(super) fn bits(value: &[u8]) -> f32 {
    let value = &value[..value.len().min(LONGEST)];
    match base64::decode(value).filter(|plain| plain.len() > 3 && plain.iter().copied().all(is_text)) {
        Some(plain) => parts(&plain).min(parts(value)),
        None => parts(value),
    }
}

fn is_text(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

fn parts(value: &[u8]) -> f32 {
    let words: f32 = value.split(|byte| !byte.is_ascii_alphanumeric()).map(word).sum();
    let signs = value.iter().filter(|byte| byte.is_ascii_punctuation());
    let mut seen: Vec<u8> = signs.copied().collect();
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    // a few kinds of signs are separators; many kinds were drawn
    if seen.len() < 4 { words } else { words + 3.0 * length(count) }
}

/// The bits of a stretch of letters and digits.
fn word(word: &[u8]) -> f32 {
    let kinds = kinds(word);
    if word.is_empty() || word.len() < 8 && kinds < 2 {
        return 0.0;
    }
    let steps = word.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) == 1).count();
    if steps * 3 > word.len() {
        return 0.0;
    }
    let seen = Wordlike::of(word);
    let is_hex = word.iter().all(u8::is_ascii_hexdigit);
    let sounds = !is_hex && seen.letters >= 8 && seen.letters * 10 >= word.len() * 7 && !seen.is_random();
    let tame = if sounds || seen.is_words() { seen.letters } else { seen.covered };
    let free = word.len().saturating_sub(tame);
    length(free) * each(word) + length(tame) * LETTER_OF_WORD
}

/// The bits of one byte of a word, by the kinds of bytes in it and by how much it varies.
fn each(word: &[u8]) -> f32 {
    let is_hex = word.iter().all(u8::is_ascii_hexdigit) && kinds(word) > 1;
    let has = |is: fn(&u8) -> bool| word.iter().any(is);
    let letters = length(26)
        * (f32::from(u8::from(has(u8::is_ascii_lowercase))) + f32::from(u8::from(has(u8::is_ascii_uppercase))));
    let digits = if has(u8::is_ascii_digit) { 10.0 } else { 0.0 };
    let size = if is_hex { 16.0 } else { letters + digits };
    let (varies, could) = (entropy::shannon(word), size.min(length(word.len())).log2());
    if varies >= 0.85 * could { size.log2() } else { varies }
}

/// How many of lower case, upper case and digits there are.
fn kinds(word: &[u8]) -> usize {
    let kinds: [fn(&u8) -> bool; 3] = [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    kinds.into_iter().filter(|is| word.iter().any(is)).count()
}

#[expect(clippy::cast_precision_loss, reason = "at most a few thousand")]
fn length(length: usize) -> f32 {
    length as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_draws_is_strong() {
        for value in [
            "q7Rk2ZpX9vLm4TsW",
            "9f86d081884c7d659a2feaa0c55ad015",
            "3b7e2f4a-9c1d-4e8f-a6b5-0d2c7f9e1a84",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "xK9$mQ2!vL7@pR4#nW8&",
            "wjalrxutnfemik7mdengbpxrficyexamplekey7q",
        ] {
            assert!(bits(value.as_bytes()) >= ENOUGH, "{value} {}", bits(value.as_bytes()));
        }
    }

    #[test]
    fn what_a_person_chooses_is_weak_however_long_it_is() {
        for value in [
            "hunter2",
            "correct-horse-battery-staple",
            "correcthorsebatterystaple",
            "CorrectHorseBatteryStaple2024",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "12345678901234567890",
            "my-super-secret-production-password-2024!",
            "dXNlcjpodW50ZXIyLWFuZC1zb21lLW1vcmU=",
            "passwordpasswordpassword1",
            "20240131120000",
        ] {
            assert!(bits(value.as_bytes()) < ENOUGH, "{value} {}", bits(value.as_bytes()));
        }
    }
}
