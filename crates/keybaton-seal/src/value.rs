//! A secret value: the only type that holds a plaintext, and the one door to it.

use std::io::{ErrorKind, Read};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

use crate::Error;

/// A secret value in plain: no `Debug`, `Display`, `Serialize` or `Clone` (share it as an `Arc`); wiped when dropped.
///
/// The bytes live in one box that never grows, so that no reallocation leaves a copy behind. Values are compared by
/// their fingerprint (`Keyring::fingerprint`), never by their bytes. The limit is honest: what the operating system
/// swaps, and what a caller copies after [`SecretValue::expose`], is out of reach.
pub struct SecretValue(Zeroizing<Box<[u8]>>);

impl SecretValue {
    /// The most bytes that a value may have: 64 KiB.
    pub const LIMIT: usize = 64 * 1024;

    /// Takes the bytes over and wipes the vector that they came in.
    pub fn new(bytes: Vec<u8>) -> Result<Self, Error> {
        Self::copy_of(&Zeroizing::new(bytes))
    }

    /// Takes the text over and wipes the string that it came in.
    pub fn from_text(text: String) -> Result<Self, Error> {
        Self::new(text.into_bytes())
    }

    /// Reads to the end of `source`, at most [`SecretValue::LIMIT`] bytes, and drops exactly one trailing newline.
    pub fn read_from(mut source: impl Read) -> Result<Self, Error> {
        let mut buffer = Zeroizing::new(vec![0; Self::LIMIT + "\n".len() + 1]);
        let read = fill(&mut source, &mut buffer)?;
        let bytes = &buffer[..read];
        Self::copy_of(bytes.strip_suffix(b"\n").unwrap_or(bytes))
    }

    /// The one door to the plaintext: denied by clippy, so that each opening states its reason.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes the value has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the value has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these are its bytes; how long the look takes says nothing about where they differ.
    pub fn is(&self, presented: &[u8]) -> bool {
        verify_slices_are_equal(&self.0, presented).is_ok()
    }

    pub(crate) fn copy_of(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > Self::LIMIT {
            return Err(Error::TooLong { limit: Self::LIMIT });
        }
        Ok(Self(Zeroizing::new(bytes.into())))
    }
}

/// Reads until the source ends or the buffer is full, without growing it.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::Read(error)),
        }
    }
    Ok(filled)
}
