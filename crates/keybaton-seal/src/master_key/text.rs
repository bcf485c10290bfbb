//! The text of a master key: `kbm1-` and 56 of `[a-z2-7]`, which are the key and a checksum against slips.

use data_encoding::BASE32_NOPAD_NOCASE;
use zeroize::{Zeroize, Zeroizing};

use crate::digest;
use crate::key::Key;

const PREFIX: &[u8] = b"kbm1-";
const CHECKSUM: usize = 3;
const DECODED: usize = Key::LENGTH + CHECKSUM;
const ENCODED: usize = 56;

/// Reads a key from its text, or says what is wrong with its form, without repeating any of it.
pub(super) fn parse(text: &[u8]) -> Result<Key, &'static str> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Err("it is empty");
    }
    let encoded = text.strip_prefix(PREFIX).ok_or("it does not start with kbm1-")?;
    if encoded.len() != ENCODED {
        return Err("its length is wrong: 56 characters follow kbm1-");
    }
    let mut decoded = Zeroizing::new([0; DECODED]);
    BASE32_NOPAD_NOCASE
        .decode_mut(encoded, &mut decoded[..])
        .map_err(|_| "it has characters other than a-z and 2-7")?;
    let (bytes, checksum) = decoded.split_at(Key::LENGTH);
    if checksum != checksum_of(bytes) {
        return Err("its checksum is wrong, so a character was changed");
    }
    Key::copy_of(bytes).ok_or("its length is wrong")
}

/// Writes a key as one line.
pub(super) fn line(key: &Key) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new([0; DECODED]);
    decoded[..Key::LENGTH].copy_from_slice(key.bytes());
    decoded[Key::LENGTH..].copy_from_slice(&checksum_of(key.bytes()));
    let mut encoded = Zeroizing::new([0; ENCODED]);
    BASE32_NOPAD_NOCASE.encode_mut(&decoded[..], &mut encoded[..]);
    encoded.make_ascii_lowercase();
    let mut line = Zeroizing::new(Vec::with_capacity(PREFIX.len() + ENCODED + 1));
    line.extend_from_slice(PREFIX);
    line.extend_from_slice(&encoded[..]);
    line.push(b'\n');
    line
}

fn checksum_of(key: &[u8]) -> [u8; CHECKSUM] {
    let mut input = Zeroizing::new([0; b"kbm1-".len() + Key::LENGTH]);
    input[..PREFIX.len()].copy_from_slice(PREFIX);
    input[PREFIX.len()..].copy_from_slice(key);
    let mut whole = digest(&input[..]);
    let [a, b, c, ..] = whole;
    whole.zeroize();
    [a, b, c]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text() {
        let key = Key::random().unwrap();
        let line = line(&key);
        assert_eq!(line.len(), PREFIX.len() + ENCODED + 1);
        assert!(parse(&line).is_ok_and(|read| read.bytes() == key.bytes()));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let line = line(&Key::random().unwrap());
        for at in 0..line.len() - 1 {
            let mut other = line.to_vec();
            other[at] = if other[at] == b'a' { b'b' } else { b'a' };
            assert!(parse(&other).is_err(), "a change at {at} went unnoticed");
        }
    }

    #[test]
    fn every_missing_end_is_noticed() {
        let line = line(&Key::random().unwrap());
        for end in 0..line.len() - 1 {
            assert!(parse(&line[..end]).is_err(), "{end} characters were taken for a key");
        }
    }
}
