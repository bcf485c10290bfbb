//! AES-256-GCM-SIV (RFC 8452) with a random nonce: the one authenticated cipher that envelopes use.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::Error;
use crate::key::Key;

const NONCE: usize = 12;
const TAG: usize = 16;

/// How many bytes longer a ciphertext is than its plaintext.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

/// Encrypts `plain` under `key`: nonce, ciphertext and tag, in a buffer that never grows.
pub(crate) fn encrypt(key: &Key, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + OVERHEAD));
    buffer.extend_from_slice(&[0; NONCE]);
    buffer.extend_from_slice(plain);
    let sealed = cipher(key)?.seal_in_place_separate_tag(Aad::from(aad), &mut buffer[NONCE..]);
    let (nonce, tag) = sealed.map_err(|_| Error::Library("encrypt a value"))?;
    buffer[..NONCE].copy_from_slice(nonce.as_ref());
    buffer.extend_from_slice(tag.as_ref());
    Ok(std::mem::take(&mut *buffer))
}

/// Decrypts what [`encrypt`] made under the same key and associated data.
pub(crate) fn decrypt(key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(Error::Tampered)?;
    let mut buffer = Zeroizing::new(rest.to_vec());
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let opened = cipher(key)?.open_in_place(nonce, Aad::from(aad), &mut buffer);
    let length = opened.map_err(|_| Error::Tampered)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

fn cipher(key: &Key) -> Result<RandomizedNonceKey, Error> {
    RandomizedNonceKey::new(&AES_256_GCM_SIV, key.bytes()).map_err(|_| Error::Library("take a key"))
}
