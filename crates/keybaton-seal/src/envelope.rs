//! The bytes of a sealed value.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | format: 1 |
//! | 1 | algorithm: 1 = AES-256-GCM-SIV throughout, HKDF-SHA256 for keys and commitment |
//! | 4 | length of the value, most significant byte first |
//! | 5 | the id of the master key whose key-encryption key wraps the data key |
//! | 16 | tag of the binding under the key-encryption key |
//! | 60 | the wrapped data key: nonce, ciphertext, tag |
//! | 32 | commitment to the data key |
//! | length + 28 | the payload: nonce, ciphertext, tag |
//!
//! The first six bytes are the suite: they, the commitment and the payload stay as they are when the data key is
//! wrapped anew. The suite and the binding are authenticated with both ciphertexts.

use keybaton_types::Sealed;

use crate::data_key::Commitment;
use crate::kek::{BindingTag, WRAPPED};
use crate::{Error, KeyId, SecretValue, cipher};

const FORMAT: u8 = 1;
const AES_256_GCM_SIV: u8 = 1;

/// The bytes of everything but the value itself.
const FRAME: usize = Suite::LENGTH + KeyId::LENGTH + size_of::<BindingTag>() + WRAPPED + 32 + cipher::OVERHEAD;

/// What never changes in a sealed value: format, algorithm and length.
#[derive(Clone, Copy)]
pub(crate) struct Suite {
    length: u32,
}

/// A sealed value taken apart; nothing in it is authenticated yet.
pub(crate) struct Envelope<'a> {
    pub(crate) suite: Suite,
    pub(crate) key_id: KeyId,
    pub(crate) tag: BindingTag,
    pub(crate) wrapped: [u8; WRAPPED],
    pub(crate) commitment: Commitment,
    pub(crate) payload: &'a [u8],
}

impl Suite {
    const LENGTH: usize = 6;

    pub(crate) fn of(value: &SecretValue) -> Result<Self, Error> {
        let length = value.len().try_into().map_err(|_| Error::TooLong { limit: SecretValue::LIMIT })?;
        Ok(Self { length })
    }

    pub(crate) fn bytes(self) -> [u8; Self::LENGTH] {
        let [a, b, c, d] = self.length.to_be_bytes();
        [FORMAT, AES_256_GCM_SIV, a, b, c, d]
    }

    /// The associated data of the payload: the suite and the binding.
    pub(crate) fn bound(self, binding: &[u8]) -> Vec<u8> {
        [&self.bytes(), binding].concat()
    }

    fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let cut = || Error::Truncated { stated: FRAME as u64, found: bytes.len() as u64 };
        match *bytes.first().ok_or_else(cut)? {
            FORMAT => {}
            other => return Err(Error::UnknownFormat(other)),
        }
        match *bytes.get(1).ok_or_else(cut)? {
            AES_256_GCM_SIV => {}
            other => return Err(Error::UnknownAlgorithm(other)),
        }
        let length = bytes.get(2..Self::LENGTH).and_then(|length| length.try_into().ok()).ok_or_else(cut)?;
        Ok(Self { length: u32::from_be_bytes(length) })
    }
}

impl<'a> Envelope<'a> {
    /// Takes a sealed value apart.
    pub(crate) fn parse(sealed: &'a Sealed) -> Result<Self, Error> {
        let suite = Suite::parse(&sealed.0)?;
        let (stated, found) = (FRAME as u64 + u64::from(suite.length), sealed.0.len() as u64);
        let cut = || Error::Truncated { stated, found };
        if stated != found {
            return Err(cut());
        }
        let (_, rest) = sealed.0.split_first_chunk::<{ Suite::LENGTH }>().ok_or_else(cut)?;
        let (key_id, rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let (tag, rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let (wrapped, rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let (commitment, payload) = rest.split_first_chunk().ok_or_else(cut)?;
        Ok(Self { suite, key_id: KeyId(*key_id), tag: *tag, wrapped: *wrapped, commitment: *commitment, payload })
    }

    /// Puts a sealed value together.
    pub(crate) fn sealed(&self) -> Sealed {
        let suite = self.suite.bytes();
        let parts: [&[u8]; 6] = [&suite, &self.key_id.0, &self.tag, &self.wrapped, &self.commitment, self.payload];
        Sealed(parts.concat())
    }
}
