//! SCRAM: what a server stores of a password so that it can check it and cannot be it.

use std::num::NonZeroU32;

use aws_lc_rs::{digest, hmac, pbkdf2, rand};
use data_encoding::BASE64;
use zeroize::Zeroizing;

use crate::{Error, SecretValue};

/// How many bytes of salt a verifier has, as `PostgreSQL` itself draws them.
const SALT: usize = 16;

/// How often the password is hashed, the default of `PostgreSQL`: a drawn value of 190 bits needs no stretching.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).unwrap();

/// The verifier of a value for SCRAM-SHA-256 (RFC 5802, RFC 7677), as `PostgreSQL` writes and takes it instead of the
/// password; each call draws another salt.
///
/// The value must be printable ASCII, on which the preparation of RFC 4013 changes nothing.
#[expect(clippy::disallowed_methods, reason = "the verifier is derived from the value")]
pub fn scram_sha_256_verifier(value: &SecretValue) -> Result<String, Error> {
    let mut salt = [0; SALT];
    rand::fill(&mut salt).map_err(|_| Error::Random)?;
    let printable = value.expose().iter().all(|byte| matches!(byte, b' '..=b'~'));
    if value.is_empty() || !printable {
        return Err(Error::NotPrintable);
    }
    Ok(verifier(value.expose(), &salt))
}

fn verifier(password: &[u8], salt: &[u8]) -> String {
    let mut salted = Zeroizing::new([0; 32]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, salt, password, &mut salted[..]);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &salted[..]);
    let client = hmac::sign(&key, b"Client Key");
    let stored = digest::digest(&digest::SHA256, client.as_ref());
    let server = hmac::sign(&key, b"Server Key");
    let [salt, stored, server] = [salt, stored.as_ref(), server.as_ref()].map(|bytes| BASE64.encode(bytes));
    format!("SCRAM-SHA-256${ITERATIONS}:{salt}${stored}:{server}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange of RFC 7677 section 3: user `user`, password `pencil`.
    #[test]
    fn the_verifier_of_the_rfcs_example_checks_its_proof() {
        let salt = BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let text = verifier(b"pencil", &salt);
        let (stored, server) = text.rsplit_once('$').unwrap().1.split_once(':').unwrap();
        let message = b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
            s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let sign = |key: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
        let proof = BASE64.decode(b"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=").unwrap();
        let stored = BASE64.decode(stored.as_bytes()).unwrap();
        let signature = sign(&stored);
        let client: Vec<u8> = proof.iter().zip(signature.as_ref()).map(|(a, b)| a ^ b).collect();
        assert_eq!(digest::digest(&digest::SHA256, &client).as_ref(), stored);
        let server = sign(&BASE64.decode(server.as_bytes()).unwrap());
        assert_eq!(BASE64.encode(server.as_ref()), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn a_value_that_would_need_preparing_is_refused() {
        for text in ["", "caf\u{e9}", "line\n"] {
            let value = SecretValue::from_text(text.to_owned()).unwrap();
            assert!(matches!(scram_sha_256_verifier(&value), Err(Error::NotPrintable)));
        }
    }
}
