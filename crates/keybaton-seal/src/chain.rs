//! SHA-256 digests and the links of the audit chain.

use aws_lc_rs::digest::{SHA256, digest as hash};
use data_encoding::HEXLOWER;

use crate::binding::length_prefixed;

/// The SHA-256 digest of `bytes`. Never of a value: a plain digest of a short secret can be guessed.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hash(&SHA256, bytes).as_ref());
    out
}

/// The SHA-256 digest of `bytes` as 64 hexadecimal digits.
pub fn digest_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&digest(bytes))
}

/// The link of an audit chain that follows `prev` and covers `body`, as 64 hexadecimal digits; the first link follows
/// the empty text. Both are length-prefixed, so that no byte can move from one to the other.
pub fn chain(prev: &str, body: &[u8]) -> String {
    digest_hex(&length_prefixed(&[b"keybaton chain 1", prev.as_bytes(), body]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha_256() {
        // FIPS 180-2, appendix B.1
        assert_eq!(digest_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_link_depends_on_what_came_before_on_its_body_and_on_where_they_part() {
        let first = chain("", b"one");
        assert_eq!(first, chain("", b"one"));
        assert_ne!(chain(&first, b"two"), chain("", b"two"));
        assert_ne!(chain(&first, b"two"), chain(&first, b"three"));
        assert_ne!(chain("ab", b"c"), chain("a", b"bc"));
    }
}
