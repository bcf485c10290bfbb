//! The canary: looks for a value that must not be there, in the encodings in which it would hide.

use std::fmt::Write;

use keybaton_seal::SecretValue;

/// The name of the first encoding in which `value` occurs in `haystack`, if any: plain, hexadecimal small and large,
/// base64, base64 for URLs, percent-encoded, reversed.
pub fn found(haystack: &[u8], value: &SecretValue) -> Option<&'static str> {
    encodings(value.expose()).into_iter().find(|(_, needle)| contains(haystack, needle)).map(|(name, _)| name)
}

fn encodings(value: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex = value.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let percent = value.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    });
    let base64 = base64(value, *b"+/");
    let url = self::base64(value, *b"-_");
    vec![
        ("plain", value.to_vec()),
        ("hexadecimal", hex.clone().into_bytes()),
        ("large hexadecimal", hex.to_uppercase().into_bytes()),
        ("base64", base64),
        ("base64 for URLs", url),
        ("percent-encoded", percent.into_bytes()),
        ("reversed", value.iter().rev().copied().collect()),
    ]
}

/// Whole groups of three bytes only: what follows depends on what the value was joined with.
fn base64(value: &[u8], last: [u8; 2]) -> Vec<u8> {
    let alphabet: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(last).collect();
    let digits = |group: &[u8]| {
        let bits = group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| alphabet[bits >> shift & 63])
    };
    value.chunks_exact(3).flat_map(digits).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    !needle.is_empty() && haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_every_encoding_and_no_other_is() {
        let value = SecretValue::from_text("s3cret~canary".to_owned()).unwrap();
        for (hidden, name) in [
            ("x s3cret~canary y", "plain"),
            ("7333637265747e63616e617279", "hexadecimal"),
            ("czNjcmV0fmNhbmFyeQ==", "base64"),
            ("yranac~terc3s", "reversed"),
        ] {
            assert_eq!(found(hidden.as_bytes(), &value), Some(name));
        }
        assert_eq!(found(b"s3cret~canarx", &value), None);
    }
}
