//! The canary: looks for a value that must not be there, in the encodings in which it would hide.

use std::fmt::Write;

use keybaton_seal::SecretValue;

/// The name of the first encoding in which `value` occurs in `haystack`, if any: plain, hexadecimal small and large,
/// base64, base64 for URLs, percent-encoded as a whole or where it has to be, JSON-escaped or written as code points,
/// reversed.
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
        ("percent-encoded", percent.clone().into_bytes()),
        ("small percent-encoded", percent.to_lowercase().into_bytes()),
        ("percent-encoded in part", partly(value)),
        ("JSON-escaped", escaped(value)),
        ("code points in JSON", value.iter().flat_map(|byte| format!("\\u{byte:04x}").into_bytes()).collect()),
        ("reversed", value.iter().rev().copied().collect()),
    ]
}

/// As forms and paths have it: what is a letter, a digit or one of `-_.~` stays.
fn partly(value: &[u8]) -> Vec<u8> {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encoded = |byte: &u8| if stays(*byte) { vec![*byte] } else { format!("%{byte:02X}").into_bytes() };
    value.iter().flat_map(encoded).collect()
}

/// As a text stands in JSON.
fn escaped(value: &[u8]) -> Vec<u8> {
    let encoded = |byte: &u8| match byte {
        b'"' | b'\\' => vec![b'\\', *byte],
        b'\n' => b"\\n".to_vec(),
        b'\t' => b"\\t".to_vec(),
        byte => vec![*byte],
    };
    value.iter().flat_map(encoded).collect()
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
        let value = SecretValue::from_text("s3\"ret~can>ry?".to_owned()).unwrap();
        let hidden = [
            ("x s3\"ret~can>ry? y", "plain"),
            ("7333227265747e63616e3e72793f", "hexadecimal"),
            ("7333227265747E63616E3E72793F", "large hexadecimal"),
            ("czMicmV0fmNhbj5yeT8=", "base64"),
            ("xyczMicmV0fmNhbj5yeT8", "base64"),
            ("%73%33%22%72%65%74%7E%63%61%6E%3E%72%79%3F", "percent-encoded"),
            ("%73%33%22%72%65%74%7e%63%61%6e%3e%72%79%3f", "small percent-encoded"),
            ("k=s3%22ret~can%3Ery%3F&", "percent-encoded in part"),
            ("{\"k\":\"s3\\\"ret~can>ry?\"}", "JSON-escaped"),
            ("?yr>nac~ter\"3s", "reversed"),
        ];
        for (hidden, name) in hidden {
            assert_eq!(found(hidden.as_bytes(), &value), Some(name));
            // one byte of it is another, wherever it stands
            let place = hidden.len() / 2;
            let mut other = hidden.as_bytes().to_vec();
            other[place] ^= 1;
            assert_eq!(found(&other, &value), None, "{name}");
        }
        let points: Vec<u8> = value.expose().iter().flat_map(|byte| format!("\\u{byte:04x}").into_bytes()).collect();
        assert_eq!(found(&points, &value), Some("code points in JSON"));
    }
}
