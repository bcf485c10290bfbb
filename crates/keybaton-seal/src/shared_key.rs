//! Signatures of requests with a key of an Azure Storage account ("Shared Key", HMAC-SHA256). What is signed is the caller's.

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::{Error, SecretValue};

/// A key of a storage account that signs requests; wiped when dropped as far as the library does it.
pub struct SharedKey(hmac::Key);

impl SharedKey {
    /// Reads the base64 in which Azure tells a key.
    pub fn read(key: &SecretValue) -> Result<Self, Error> {
        #[expect(clippy::disallowed_methods, reason = "the key that signs requests is made of the text of its value")]
        let bytes = BASE64.decode(key.expose()).map(Zeroizing::new).map_err(|_| Error::SharedKeyMalformed)?;
        if bytes.is_empty() {
            return Err(Error::SharedKeyMalformed);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The signature of a text, in base64 as it stands in the header `Authorization`.
    pub fn sign(&self, text: &str) -> String {
        BASE64.encode(hmac::sign(&self.0, text.as_bytes()).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<SharedKey, Error> {
        SharedKey::read(&SecretValue::from_text(text.to_owned()).unwrap())
    }

    #[test]
    fn a_text_is_signed_as_in_the_first_case_of_rfc_4231() {
        let signed = key("CwsLCwsLCwsLCwsLCwsLCwsLCws=").unwrap().sign("Hi There");
        assert_eq!(signed, "sDRMYdjbOFNcqK/OrwvxK4gdwgDJgz2nJuk3bC4yz/c=");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "a password", "CwsL!", "CwsLCw"] {
            assert!(matches!(key(text), Err(Error::SharedKeyMalformed)), "{text}");
        }
    }
}
