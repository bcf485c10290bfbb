//! A symmetric key of 256 bits, and HKDF-SHA256 from one key to the next.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand;
use zeroize::Zeroize;

use crate::Error;

/// 256 secret bits in one box, wiped when dropped.
pub(crate) struct Key(Box<[u8; Self::LENGTH]>);

impl Key {
    pub(crate) const LENGTH: usize = 32;

    /// Draws a new key.
    pub(crate) fn random() -> Result<Self, Error> {
        let mut key = Self::zero();
        rand::fill(&mut key.0[..]).map_err(|_| Error::Random)?;
        Ok(key)
    }

    /// Copies a key out of `bytes`, if they are as long as a key.
    pub(crate) fn copy_of(bytes: &[u8]) -> Option<Self> {
        let mut key = Self::zero();
        (bytes.len() == Self::LENGTH).then(|| key.0.copy_from_slice(bytes))?;
        Some(key)
    }

    /// HKDF-SHA256 (RFC 5869) of this key into `out`.
    pub(crate) fn expand(&self, salt: &[u8], info: &[&[u8]], out: &mut [u8]) -> Result<(), Error> {
        let extracted = Salt::new(HKDF_SHA256, salt).extract(self.bytes());
        let expanded = extracted.expand(info, Length(out.len())).and_then(|okm| okm.fill(out));
        expanded.map_err(|_| Error::Library("derive a key"))
    }

    /// The key that HKDF-SHA256 derives from this one.
    pub(crate) fn derive(&self, salt: &[u8], info: &[&[u8]]) -> Result<Self, Error> {
        let mut key = Self::zero();
        self.expand(salt, info, &mut key.0[..])?;
        Ok(key)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[..]
    }

    fn zero() -> Self {
        Self(Box::new([0; Self::LENGTH]))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}
