//! SHA-256 digests and the links of the audit chain.

use aws_lc_rs::digest::{Context, SHA256, digest as hash};
use data_encoding::HEXLOWER;

use crate::binding::length_prefixed;

/// The SHA-256 digest of `bytes`. Never of a value: a plain digest of a short secret can be guessed.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hash(&SHA256, bytes).as_ref());
    out
}

/// The SHA-256 digest of what comes in pieces.
pub struct Digester(Context);

impl Digester {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// Takes the next piece.
    pub fn take(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all of it, as 64 hexadecimal digits.
    pub fn finish_hex(self) -> String {
        HEXLOWER.encode(self.0.finish().as_ref())
    }
}

impl Default for Digester {
    fn default() -> Self {
        Self::new()
    }
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
    fn the_digest_of_pieces_is_the_digest_of_the_whole() {
        let mut digester = Digester::new();
        for piece in [&b"a"[..], b"", b"bc"] {
            digester.take(piece);
        }
        assert_eq!(digester.finish_hex(), digest_hex(b"abc"));
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
