//! Keyed fingerprints: how values are compared without being seen.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use keybaton_types::{Fingerprint, Installation};

use crate::{Error, MasterKey, SecretValue};

/// How much of the HMAC a fingerprint keeps: 128 bits.
const KEPT: usize = 16;

/// Makes the fingerprints of one installation: HMAC-SHA256 under a key of its own, cut to 128 bits, in hex.
///
/// Without the key nobody can test guesses, and the same value has another fingerprint in another installation or
/// under another master key; `Keyring::matches` carries stored ones over a change of the master key.
pub struct Fingerprinter(hmac::Key);

impl Fingerprinter {
    /// Derives the fingerprint key of `installation`.
    pub fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        let key = master.derive("fingerprint", installation)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key.bytes())))
    }

    /// Fingerprints under a key that everybody knows: for what is compared on machines without the master key.
    ///
    /// Whoever has such a fingerprint can test guesses, so it may only be kept where the value itself was found.
    pub fn public() -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, b"keybaton public fingerprint v1"))
    }

    /// Fingerprints under a key that was derived elsewhere.
    pub(crate) fn under(key: hmac::Key) -> Self {
        Self(key)
    }

    /// The fingerprint of a value.
    #[expect(clippy::disallowed_methods, reason = "the keyed fingerprint is computed over the value")]
    pub fn of(&self, value: &SecretValue) -> Result<Fingerprint, Error> {
        // not `hmac::sign`: it moves its context, and the move leaves the value's last block on the stack
        let mut whole = [0; 32];
        let signed = hmac::sign_to_buffer(&self.0, value.expose(), &mut whole);
        signed.map_err(|_| Error::Library("fingerprint a value"))?;
        Ok(Fingerprint(HEXLOWER.encode(&whole[..KEPT])))
    }
}
