//! Where a token may begin or end: everywhere but in the middle of a word.

/// Whether a value may begin or end at `at`: not between two letters or digits, unless those before it are what is left
/// of an escape, such as the `n` of `\n` or the `3D` of `%3D`.
pub(super) fn is_edge(bytes: &[u8], at: usize) -> bool {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|before| bytes.get(before)), bytes.get(at)) else {
        return true;
    };
    !(before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric()) || ends_escape(&bytes[..at])
}

/// Whether a text ends with an escaped character of JSON, of a programming language or of a URL.
fn ends_escape(text: &[u8]) -> bool {
    match text {
        [.., b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0'] => true,
        [.., b'%', one, two] | [.., b'\\', b'x', one, two] => are_hex(&[*one, *two]),
        [.., b'\\', b'u', one, two, three, four] => are_hex(&[*one, *two, *three, *four]),
        _ => false,
    }
}

fn are_hex(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::is_edge;

    #[test]
    fn words_are_not_cut_and_escapes_are() {
        for (text, at, edge) in [
            ("abc", 0, true),
            ("abc", 3, true),
            ("abc", 1, false),
            ("a-c", 1, true),
            ("a-c", 2, true),
            ("\\nabc", 2, true),
            ("\\qabc", 2, false),
            ("%3Dabc", 3, true),
            ("%3Dabc", 2, false),
            ("\\u003dabc", 6, true),
            ("\\x3dabc", 4, true),
            ("\\u00zdabc", 6, false),
        ] {
            assert_eq!(is_edge(text.as_bytes(), at), edge, "{text} {at}");
        }
    }
}
