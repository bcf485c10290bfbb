//! Names as SQL writes them. Statements about accounts take no parameters, so this is the only way in which anything
//! from outside gets into one.

use std::fmt;

use data_encoding::HEXUPPER;

/// The longest name of a user (`mysql.global_priv`).
const LONGEST: usize = 128;

/// An account: a user and a host part; prints itself quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: String,
    host: String,
}

impl Account {
    /// Takes a user and a host part, if they can be some.
    pub(super) fn new(user: &str, host: &str) -> Option<Self> {
        let fits = |text: &str, longest: usize| {
            !text.is_empty() && text.chars().count() <= longest && !text.contains(char::is_control)
        };
        (fits(user, LONGEST) && fits(host, 255)).then(|| Self { user: user.to_owned(), host: host.to_owned() })
    }

    /// The condition on a row of `mysql.global_priv` that is this account's.
    pub(super) fn condition(&self) -> String {
        format!("User = {} AND Host = {}", Text(&self.user), Text(&self.host))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", Name(&self.user), Name(&self.host))
    }
}

/// A name; prints itself between backticks, which no mode of the server changes.
pub(super) struct Name<'a>(pub(super) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.replace('`', "``"))
    }
}

/// A text; prints itself by its bytes, so that no mode of the server matters.
pub(super) struct Text<'a>(pub(super) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CONVERT(X'{}' USING utf8mb4)", HEXUPPER.encode(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_name_or_a_text() {
        let account = Account::new("a`; DROP USER b; --", "%").unwrap();
        assert_eq!(account.to_string(), "`a``; DROP USER b; --`@`%`");
        assert_eq!(Text("it's").to_string(), "CONVERT(X'69742773' USING utf8mb4)");
        assert_eq!((Account::new("", "%"), Account::new("a\n", "%")), (None, None));
    }
}
