//! Base 64, in both alphabets, with padding or without.

/// The bytes that a text in base 64 stands for; none if it is no such text.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_end();
    let unpadded = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    if unpadded.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(unpadded.len() * 3 / 4);
    for group in unpadded.chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | u32::from(sextet(*byte)?);
        }
        bits <<= 6 * (4 - group.len());
        let [_, one, two, three] = bits.to_be_bytes();
        out.extend(&[one, two, three][..group.len() - 1]);
    }
    Some(out)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_alphabets_with_and_without_padding() {
        assert_eq!(decode(b"aGk6dGhlcmU=").as_deref(), Some(&b"hi:there"[..]));
        assert_eq!(decode(b"aGk6dGhlcmU").as_deref(), Some(&b"hi:there"[..]));
        assert_eq!(decode(b"-_-_").as_deref(), decode(b"+/+/").as_deref());
        assert_eq!((decode(b"a"), decode(b"a*bc")), (None, None));
    }
}
