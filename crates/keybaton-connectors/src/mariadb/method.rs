//! The ways to log in to an account: the list that `IDENTIFIED VIA … OR …` writes and `mysql.global_priv` keeps.

use std::fmt;

use keybaton_seal::{SecretValue, mysql_native_password_digest};
use keybaton_types::IssuedId;
use serde_json::Value;

use crate::digest_id;

/// The plugin whose passwords are ours to make: any client answers its challenge.
const NATIVE: &str = "mysql_native_password";

/// What stands instead of a digest where no password fits.
const NONE: &str = "invalid";

/// One way to log in; prints itself as `IDENTIFIED VIA` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Method {
    plugin: String,
    text: String,
}

/// Every way to log in to an account, in the server's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Methods(Vec<Method>);

impl Methods {
    /// Reads the column `Priv` of an account; `None` where it holds anything that could not be written back.
    pub(super) fn read(column: &Value) -> Option<Self> {
        let first = Method::read(column)?;
        let all = match column.get("auth_or") {
            None => vec![first],
            // The entry that is empty stands for the one outside of the list.
            Some(list) => list
                .as_array()?
                .iter()
                .map(|entry| if entry.get("plugin").is_some() { Method::read(entry) } else { Some(first.clone()) })
                .collect::<Option<_>>()?,
        };
        Some(Self(all))
    }

    /// A list in which no password fits.
    pub(super) fn nothing() -> Self {
        Self(vec![Method { plugin: NATIVE.to_owned(), text: NONE.to_owned() }])
    }

    /// The one password.
    pub(super) fn only(digest: &str) -> Self {
        Self(vec![Method { plugin: NATIVE.to_owned(), text: digest.to_owned() }])
    }

    /// The digests of the passwords that are ours to rotate.
    pub(super) fn digests(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|method| method.plugin == NATIVE && method.text != NONE).map(|method| &*method.text)
    }

    /// Whether one of them takes an empty password.
    pub(super) fn is_open(&self) -> bool {
        self.digests().any(str::is_empty)
    }

    /// Whether nobody can log in.
    pub(super) fn is_nothing(&self) -> bool {
        self.0.iter().all(|method| method.plugin == NATIVE && method.text == NONE)
    }

    /// The list with one more password, at its end: what `SET PASSWORD` replaces is the first.
    pub(super) fn with(&self, digest: &str) -> Self {
        let kept = self.0.iter().filter(|method| method.text != NONE).cloned();
        Self(kept.chain(Self::only(digest).0).collect())
    }

    /// The list without a password.
    pub(super) fn without(&self, digest: &str) -> Self {
        let kept: Vec<Method> =
            self.0.iter().filter(|method| method.plugin != NATIVE || method.text != digest).cloned().collect();
        if kept.is_empty() { Self::nothing() } else { Self(kept) }
    }
}

impl Method {
    fn read(entry: &Value) -> Option<Self> {
        let text = |key: &str| entry.get(key).map_or(Some(""), Value::as_str).map(str::to_owned);
        let method = Self { plugin: text("plugin")?, text: text("authentication_string")? };
        let plain = |c: char| c.is_ascii_alphanumeric() || "*$+/=._-:".contains(c);
        let named = !method.plugin.is_empty() && method.plugin.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (named && method.text.chars().all(plain)).then_some(method)
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (no, Method { plugin, text }) in self.0.iter().enumerate() {
            let or = if no > 0 { " OR " } else { "" };
            if text.is_empty() {
                write!(f, "{or}{plugin}")?;
            } else {
                write!(f, "{or}{plugin} USING '{text}'")?;
            }
        }
        Ok(())
    }
}

/// The digest of a value, as the server keeps it.
pub(super) fn digest(value: &SecretValue) -> String {
    mysql_native_password_digest(value)
}

/// The id of a password of a user.
pub(super) fn id(user: &str, digest: &str) -> IssuedId {
    digest_id::id(user, digest.trim_start_matches('*'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(column: &Value) -> Option<String> {
        Methods::read(column).map(|methods| methods.to_string())
    }

    #[test]
    fn the_list_is_read_in_its_order_and_written_back() {
        let one = json!({ "plugin": NATIVE, "authentication_string": "*AB", "access": 0 });
        assert_eq!(read(&one).unwrap(), "mysql_native_password USING '*AB'");
        let several = json!({
            "plugin": "unix_socket", "authentication_string": "", "account_locked": true,
            "auth_or": [{ "plugin": "ed25519", "authentication_string": "x+/=" }, {}, { "plugin": NATIVE, "authentication_string": "*CD" }],
        });
        let expected = "ed25519 USING 'x+/=' OR unix_socket OR mysql_native_password USING '*CD'";
        assert_eq!(read(&several).unwrap(), expected);
        let methods = Methods::read(&several).unwrap();
        assert_eq!(methods.with("*EF").to_string(), format!("{expected} OR mysql_native_password USING '*EF'"));
        assert_eq!(methods.without("*CD").to_string(), "ed25519 USING 'x+/=' OR unix_socket");
    }

    #[test]
    fn what_could_not_be_written_back_is_not_understood() {
        for column in [
            json!({}),
            json!({ "is_role": true }),
            json!({ "plugin": "pam", "authentication_string": "it's" }),
            json!({ "plugin": NATIVE, "authentication_string": 1 }),
            json!({ "plugin": NATIVE, "authentication_string": "*AB", "auth_or": [{ "plugin": "a b" }] }),
        ] {
            assert_eq!(read(&column), None, "{column}");
        }
    }

    #[test]
    fn an_account_without_any_way_in_is_nothing_and_an_empty_password_is_open() {
        assert!(Methods::nothing().is_nothing() && !Methods::nothing().is_open());
        assert_eq!(Methods::nothing().with("*AB"), Methods::only("*AB"));
        assert!(Methods::only("*AB").without("*AB").is_nothing());
        assert!(Methods::read(&json!({ "plugin": NATIVE })).unwrap().is_open());
    }
}
