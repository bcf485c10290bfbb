//! The signing key of the audit trail: it signs checkpoints over the heads of all chains.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::HEXLOWER;
use keybaton_types::Installation;

use crate::binding::length_prefixed;
use crate::{Error, MasterKey};

/// Signs the checkpoints of one installation with Ed25519 (RFC 8032), under a key derived from the master key.
pub struct AuditSigner(Ed25519KeyPair);

/// The public key of an audit trail, written as 64 hexadecimal digits: whoever keeps a copy outside can verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AuditKey([u8; 32]);

impl AuditSigner {
    /// Derives the signing key of `installation`.
    pub fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        let seed = master.derive("audit signature", installation)?;
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.bytes());
        pair.map(Self).map_err(|_| Error::Library("take a signing key"))
    }

    /// The signature over a checkpoint, in hexadecimal digits.
    pub fn sign(&self, checkpoint: &[u8]) -> Result<String, Error> {
        let signature = self.0.try_sign(&message(checkpoint)).map_err(|_| Error::Library("sign a checkpoint"))?;
        Ok(HEXLOWER.encode(signature.as_ref()))
    }

    /// The key that verifies what this one signs.
    pub fn key(&self) -> AuditKey {
        let mut key = [0; 32];
        key.iter_mut().zip(self.0.public_key().as_ref()).for_each(|(own, byte)| *own = *byte);
        AuditKey(key)
    }
}

impl AuditKey {
    /// Refuses a signature that is not this key's over exactly this checkpoint.
    pub fn verify(&self, checkpoint: &[u8], signature: &str) -> Result<(), Error> {
        let bad = || Error::BadSignature(*self);
        let signature = HEXLOWER.decode(signature.as_bytes()).map_err(|_| bad())?;
        UnparsedPublicKey::new(&ED25519, self.0).verify(&message(checkpoint), &signature).map_err(|_| bad())
    }
}

impl fmt::Display for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for AuditKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(Error::AuditKeyMalformed)
    }
}

/// What is signed: the checkpoint behind a word that no other signature of ours starts with.
fn message(checkpoint: &[u8]) -> Vec<u8> {
    length_prefixed(&[b"keybaton checkpoint 1", checkpoint])
}
