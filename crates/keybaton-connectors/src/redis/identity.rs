//! Digests of passwords, and the names of users.

use keybaton_seal::{SecretValue, redis_password_digest};
use keybaton_types::IssuedId;

use crate::digest_id::{self, is_hex, user_of};

/// The digest of a password: 64 hexadecimal digits, as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Digest(String);

impl Digest {
    /// Reads what the server shows.
    pub(super) fn parse(text: &str) -> Option<Self> {
        is_hex(text, 64).then(|| Self(text.to_owned()))
    }

    /// The digest of a value.
    pub(super) fn of(value: &SecretValue) -> Self {
        Self(redis_password_digest(value))
    }

    /// The word that adds it in `ACL SETUSER`.
    pub(super) fn added(&self) -> String {
        format!("#{}", self.0)
    }

    /// The word that removes it in `ACL SETUSER`.
    pub(super) fn removed(&self) -> String {
        format!("!{}", self.0)
    }

    /// The id of this password of a user.
    pub(super) fn id(&self, user: &str) -> IssuedId {
        digest_id::id(user, &self.0)
    }
}

/// Whether this can be the name of a user: no white space, and no id of a password.
pub(super) fn is_name(text: &str) -> bool {
    let plain = !text.is_empty() && text.len() <= 128 && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain && user_of(&IssuedId::from(text)) == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_password_starts_with_its_digest() {
        let value = SecretValue::from_text("password".to_owned()).unwrap();
        assert_eq!(Digest::of(&value).id("app").0, "app:5e884898da280471");
    }

    #[test]
    fn what_the_server_could_not_tell_apart_is_no_name() {
        for text in ["", "a b", "a\0", "app:5e884898da280471"] {
            assert!(!is_name(text), "{text:?}");
        }
        assert!(is_name("app") && is_name("team:app"));
    }
}
