//! The characters of which a managed key is made, as a table for the search.

use keybaton_types::document::KnownAlphabet;

use crate::charset::Charset;

const ALPHANUMERIC: Charset = Charset::of(b"0-9A-Za-z");
const URL: Charset = ALPHANUMERIC.with(b'-').with(b'_');
const DOTTED: Charset = URL.with(b'.').with(b'~');
const BASE64: Charset = ALPHANUMERIC.with(b'+').with(b'/').with(b'=');
const PRINTABLE: Charset = Charset::of(b"!-~");

/// Every alphabet, the smallest first.
pub(super) const ALL: [KnownAlphabet; 5] = [
    KnownAlphabet::Alphanumeric,
    KnownAlphabet::Url,
    KnownAlphabet::Dotted,
    KnownAlphabet::Base64,
    KnownAlphabet::Printable,
];

/// The characters.
pub(super) fn characters(alphabet: KnownAlphabet) -> &'static Charset {
    match alphabet {
        KnownAlphabet::Alphanumeric => &ALPHANUMERIC,
        KnownAlphabet::Url => &URL,
        KnownAlphabet::Dotted => &DOTTED,
        KnownAlphabet::Base64 => &BASE64,
        KnownAlphabet::Printable => &PRINTABLE,
    }
}

/// The smallest alphabet that has all of these bytes.
pub(super) fn of(bytes: &[u8]) -> Option<KnownAlphabet> {
    ALL.into_iter().find(|alphabet| bytes.iter().all(|byte| characters(*alphabet).has(*byte)))
}

/// Whether JSON or a URL may write some of the characters in another way.
pub(super) fn is_escaped(alphabet: KnownAlphabet) -> bool {
    match alphabet {
        KnownAlphabet::Alphanumeric | KnownAlphabet::Url | KnownAlphabet::Dotted => false,
        KnownAlphabet::Base64 | KnownAlphabet::Printable => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_alphabet_is_taken() {
        for (text, alphabet) in [
            ("abC9", KnownAlphabet::Alphanumeric),
            ("sk_live-9", KnownAlphabet::Url),
            ("SG.a_b", KnownAlphabet::Dotted),
            ("ab+/==", KnownAlphabet::Base64),
            ("a_b+c", KnownAlphabet::Printable),
        ] {
            assert_eq!(of(text.as_bytes()), Some(alphabet), "{text}");
        }
        assert_eq!((of(b"a b"), of("ä".as_bytes())), (None, None));
    }
}
