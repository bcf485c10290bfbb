//! The recognition key: how managed keys are recognised on machines that have neither the master key nor a value.

use aws_lc_rs::hmac;
use data_encoding::HEXLOWER_PERMISSIVE;
use keybaton_types::{Fingerprint, Installation};
use zeroize::Zeroizing;

use crate::key::Key;
use crate::{Error, Fingerprinter, MasterKey};

/// Separates what this key yields from what any other key of the house yields.
const SALT: &[u8] = b"keybaton recognition key 1";

/// The key under which the managed keys of one installation are recognised; wiped when dropped.
///
/// It is derived from the master key, and leads neither back to it nor to what else is derived from it: the
/// fingerprints in the state database are made under another key. Whoever has it, and fingerprints made with it, can
/// test guesses of a value. So it is handed out only with fingerprints of values that nobody guesses.
pub struct RecognitionKey(Key);

impl RecognitionKey {
    /// Derives the recognition key of `installation`.
    pub fn new(master: &MasterKey, installation: &Installation) -> Result<Self, Error> {
        master.derive("recognition", installation).map(Self)
    }

    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| Error::RecognitionKeyMalformed)?;
        let bytes = Zeroizing::new(bytes);
        Key::copy_of(&bytes).map(Self).ok_or(Error::RecognitionKeyMalformed)
    }

    /// The key in 64 hexadecimal digits, for the file that it is handed out in.
    pub fn to_hex(&self) -> String {
        HEXLOWER_PERMISSIVE.encode(self.0.bytes())
    }

    /// Makes the fingerprints by which values are recognised.
    pub fn fingerprinter(&self) -> Result<Fingerprinter, Error> {
        let key = self.0.derive(SALT, &[b"fingerprint"])?;
        Ok(Fingerprinter::under(hmac::Key::new(hmac::HMAC_SHA256, key.bytes())))
    }

    /// A number that only holders of the key know: it seeds a quick hash, which proves nothing by itself.
    pub fn seed(&self) -> Result<u64, Error> {
        let mut seed = [0; size_of::<u64>()];
        self.0.expand(SALT, &[b"seed"], &mut seed)?;
        Ok(u64::from_be_bytes(seed))
    }

    /// A keyed hash of a text that is no secret.
    pub fn sum(&self, text: &[u8]) -> Result<Fingerprint, Error> {
        let key = self.0.derive(SALT, &[b"sum"])?;
        let sum = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.bytes()), text);
        Ok(Fingerprint(HEXLOWER_PERMISSIVE.encode(&sum.as_ref()[..16])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretValue;

    fn value() -> SecretValue {
        SecretValue::from_text("a value".to_owned()).unwrap()
    }

    #[test]
    fn it_survives_its_text_and_nothing_else_is_one() {
        let (master, installation) = (MasterKey::generate().unwrap(), Installation("abc123".to_owned()));
        let key = RecognitionKey::new(&master, &installation).unwrap();
        let read = RecognitionKey::from_hex(&key.to_hex()).unwrap();
        let of = |key: &RecognitionKey| key.fingerprinter().unwrap().of(&value()).unwrap();
        assert_eq!(of(&key), of(&read));
        assert_eq!((key.seed().unwrap(), key.sum(b"x").unwrap()), (read.seed().unwrap(), read.sum(b"x").unwrap()));
        for text in ["", "ab", "zz", &key.to_hex()[1..]] {
            assert!(RecognitionKey::from_hex(text).is_err(), "{text}");
        }
    }

    #[test]
    fn its_fingerprints_are_not_those_of_the_state_database_nor_of_another_installation() {
        let (master, installation) = (MasterKey::generate().unwrap(), Installation("abc123".to_owned()));
        let of = |key: RecognitionKey| key.fingerprinter().unwrap().of(&value()).unwrap();
        let own = of(RecognitionKey::new(&master, &installation).unwrap());
        assert_ne!(own, Fingerprinter::new(&master, &installation).unwrap().of(&value()).unwrap());
        assert_ne!(own, of(RecognitionKey::new(&master, &Installation("abc124".to_owned())).unwrap()));
        assert_ne!(own, Fingerprinter::public().of(&value()).unwrap());
    }
}
