//! Ids of passwords: a user, and the start of the digest that the server keeps.

use keybaton_types::IssuedId;

/// How many digits of the digest an id has: 64 bits name one of the few passwords of a user.
const SHORT: usize = 16;

/// The id of a password of a user, by its digest in hexadecimal digits.
pub(crate) fn id(user: &str, digest: &str) -> IssuedId {
    let short: String = digest.chars().take(SHORT).collect();
    IssuedId(format!("{user}:{}", short.to_lowercase()))
}

/// The user that an id names, whether it names a password too or the user alone.
pub(crate) fn user_of(id: &IssuedId) -> &str {
    match id.0.rsplit_once(':') {
        Some((user, digits)) if is_hex(digits, SHORT) => user,
        _ => &id.0,
    }
}

/// Whether a text is so many hexadecimal digits, as they are written in ids.
pub(crate) fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_user_in_both_forms() {
        let id = id("team:app", "5E884898DA28047151D0E56F8DC62927");
        assert_eq!(id.0, "team:app:5e884898da280471");
        assert_eq!((user_of(&id), user_of(&IssuedId::from("team:app"))), ("team:app", "team:app"));
    }
}
