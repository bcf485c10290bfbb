//! Digests of a password as servers show them: without salt, so that one value always has the same.
//!
//! They are the servers' own choice, but for one, which stands for a name that a server does not give. A drawn value has 190 bits and cannot be guessed from one; an adopted one may be
//! as weak as whoever chose it, so a digest leaves only in the server's own terms: to the server, or cut into an id.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use data_encoding::{HEXLOWER, HEXUPPER};

use crate::SecretValue;

/// The SHA-256 of a value in 64 lowercase digits: what Redis keeps of a password and takes instead of it (`ACL SETUSER
/// name #DIGEST`).
#[expect(clippy::disallowed_methods, reason = "the digest is what Redis keeps of the value")]
pub fn redis_password_digest(value: &SecretValue) -> String {
    HEXLOWER.encode(digest(&SHA256, value.expose()).as_ref())
}

/// The SHA-256 of a value in 64 lowercase digits: what tells one key of a storage account from the next one in its place,
/// for Azure names places only.
#[expect(
    clippy::disallowed_methods,
    reason = "a key of a storage account has no name of its own: its digest, cut into an id, is one"
)]
pub fn storage_key_digest(value: &SecretValue) -> String {
    HEXLOWER.encode(digest(&SHA256, value.expose()).as_ref())
}

/// `*` and the SHA-1 of the SHA-1 of a value in 40 uppercase digits: what `MariaDB`'s `mysql_native_password` keeps of a
/// password and takes instead of it.
#[expect(clippy::disallowed_methods, reason = "the digest is what MariaDB keeps of the value")]
pub fn mysql_native_password_digest(value: &SecretValue) -> String {
    let once = digest(&SHA1_FOR_LEGACY_USE_ONLY, value.expose());
    let twice = digest(&SHA1_FOR_LEGACY_USE_ONLY, once.as_ref());
    format!("*{}", HEXUPPER.encode(twice.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_are_those_of_the_servers() {
        let value = SecretValue::from_text("password".to_owned()).unwrap();
        let redis = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
        assert_eq!([redis_password_digest(&value), storage_key_digest(&value)], [redis, redis]);
        assert_eq!(mysql_native_password_digest(&value), "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
    }
}
