//! Words of a program as they may be shown: without any value that it was given, in any of the usual encodings.

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use zeroize::Zeroizing;

/// The most characters of a program's words that are shown.
const SHOWN: usize = 400;

/// What is put in the place of a value.
const HIDDEN: &str = "…";

/// A run of token characters of this length may be a value that nobody has told us yet.
const LONG: usize = 20;

/// The texts that must not be shown.
#[derive(Default)]
pub(super) struct Mask(Vec<Zeroizing<Vec<u8>>>);

impl Mask {
    pub(super) fn new<'a>(values: impl Iterator<Item = &'a [u8]>) -> Self {
        Self(values.filter(|value| !value.is_empty()).flat_map(encodings).map(Zeroizing::new).collect())
    }

    /// The end of these words in one line, with every value hidden, and everything that looks like one.
    pub(super) fn words(&self, words: &[u8]) -> String {
        let mut words = Zeroizing::new(words.to_vec());
        for value in &self.0 {
            words = Zeroizing::new(replaced(&words, value));
        }
        let text = String::from_utf8_lossy(&words);
        let line: Vec<String> = text.split(|c: char| c.is_whitespace() || c.is_control()).map(suspicious).collect();
        let line = line.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let skipped = line.chars().count().saturating_sub(SHOWN);
        line.chars().skip(skipped).collect()
    }
}

/// A value in the forms in which a program may print it.
fn encodings(value: &[u8]) -> Vec<Vec<u8>> {
    let large = HEXUPPER.encode(value);
    let percent: Vec<u8> = large.as_bytes().chunks(2).flat_map(|byte| [b"%", byte].concat()).collect();
    let escaped = serde_json::to_string(&String::from_utf8_lossy(value)).unwrap_or_default();
    let whole = &value[..value.len() - value.len() % 3];
    let mut forms = vec![
        escaped.trim_matches('"').as_bytes().to_vec(),
        HEXLOWER.encode(value).into_bytes(),
        large.into_bytes(),
        BASE64_NOPAD.encode(whole).into_bytes(),
        BASE64URL_NOPAD.encode(whole).into_bytes(),
        percent,
        value.iter().rev().copied().collect(),
        value.to_vec(),
    ];
    forms.retain(|form| !form.is_empty());
    forms
}

fn replaced(words: &[u8], value: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        if words[at..].starts_with(value) {
            shown.extend_from_slice(HIDDEN.as_bytes());
            at += value.len();
        } else {
            shown.push(words[at]);
            at += 1;
        }
    }
    shown
}

/// A word with its long runs of token characters hidden, when they have digits and letters: a program may print the
/// value that it has just made.
fn suspicious(word: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "_-+/=.~".contains(c);
    let mixed = word.contains(|c: char| c.is_ascii_digit()) && word.contains(|c: char| c.is_ascii_alphabetic());
    let longest = word.split(|c: char| !is_token(c)).map(str::len).max().unwrap_or_default();
    if mixed && longest >= LONG { HIDDEN.to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_hidden_in_every_encoding_and_other_words_stay() {
        let mask = Mask::new([b"s3cret~canary".as_slice()].into_iter());
        for hidden in ["s3cret~canary", "7333637265747E63616e617279", "czNjcmV0fmNhbmFy", "yranac~terc3s"] {
            let hidden = hidden.replace("7E", "7e");
            let shown = mask.words(format!("no luck with {hidden}\n at all").as_bytes());
            assert!(shown.starts_with("no luck with …") && shown.ends_with("at all"), "{shown}");
            assert!(!shown.contains(&hidden), "{shown}");
        }
    }

    #[test]
    fn what_may_be_a_value_is_hidden_too_and_the_end_is_what_is_shown() {
        let mask = Mask::default();
        assert_eq!(mask.words(b"made sk_live_4f9a81c77e52aa01 just now"), "made … just now");
        let long = format!("{} the end", "x ".repeat(1000));
        let shown = mask.words(long.as_bytes());
        assert!(shown.ends_with("the end") && shown.chars().count() == SHOWN, "{shown}");
    }
}
