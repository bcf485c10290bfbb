//! The data key of one sealed value, and the commitment to it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::Error;
use crate::envelope::Suite;
use crate::key::Key;

/// A key that seals exactly one value.
///
/// AES-GCM-SIV does not commit to its key: one ciphertext can be made to open under two keys. So the data key never
/// encrypts; HKDF-SHA256 stretches it to an encryption key and a commitment, and the commitment is compared before
/// anything is decrypted.
pub(crate) struct DataKey(Key);

/// The commitment to a data key.
pub(crate) type Commitment = [u8; 32];

impl DataKey {
    pub(crate) fn random() -> Result<Self, Error> {
        Key::random().map(Self)
    }

    pub(crate) fn copy_of(bytes: &[u8]) -> Option<Self> {
        Key::copy_of(bytes).map(Self)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The encryption key and the commitment to it.
    pub(crate) fn committed(&self, suite: Suite) -> Result<(Key, Commitment), Error> {
        let mut both = Zeroizing::new([0; 2 * Key::LENGTH]);
        self.0.expand(&suite.bytes(), &[b"keybaton envelope"], &mut both[..])?;
        let (encryption, rest) = both.split_at(Key::LENGTH);
        let mut commitment = Commitment::default();
        commitment.copy_from_slice(rest);
        let key = Key::copy_of(encryption).ok_or(Error::Library("split a key"))?;
        Ok((key, commitment))
    }

    /// The encryption key, if the envelope commits to this data key.
    pub(crate) fn encryption(&self, suite: Suite, claimed: &Commitment) -> Result<Key, Error> {
        let (key, commitment) = self.committed(suite)?;
        verify_slices_are_equal(&commitment, claimed).map_err(|_| Error::Uncommitted)?;
        Ok(key)
    }
}
