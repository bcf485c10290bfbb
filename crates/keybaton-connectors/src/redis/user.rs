//! A user as `ACL LIST` writes it: one line with its switch, the digests of its passwords, and its rules.

use super::identity::Digest;

/// A user that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) on: bool,
    /// It accepts any password.
    pub(super) nopass: bool,
    pub(super) digests: Vec<Digest>,
    /// Everything else, as `ACL SETUSER` takes it.
    pub(super) rules: Vec<String>,
}

impl User {
    /// Reads a line; `None` for one that is none.
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let (Some("user"), Some(name)) = (words.next(), words.next()) else { return None };
        let mut user = Self { name: name.to_owned(), on: false, nopass: false, digests: Vec::new(), rules: Vec::new() };
        for word in words {
            match word {
                "on" => user.on = true,
                "off" => user.on = false,
                "nopass" => user.nopass = true,
                other => match other.strip_prefix('#').and_then(Digest::parse) {
                    Some(digest) => user.digests.push(digest),
                    None => user.rules.push(other.to_owned()),
                },
            }
        }
        Some(user)
    }

    /// Whether nobody can log in with it, now or when it is switched on.
    pub(super) fn is_spare(&self) -> bool {
        self.digests.is_empty() && !self.nopass
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_user_is_taken_apart() {
        let digest = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
        let line =
            format!("user app on sanitize-payload #{digest} ~cache:* resetchannels -@all +get (%R~x -@all +set)");
        let user = User::read(&line).unwrap();
        assert!(user.on && !user.nopass && !user.is_spare());
        assert_eq!(user.digests, [Digest::parse(digest).unwrap()]);
        let rules = "sanitize-payload ~cache:* resetchannels -@all +get (%R~x -@all +set)";
        assert_eq!(user.rules.join(" "), rules);
    }

    #[test]
    fn a_user_without_a_password_is_spare_and_one_with_nopass_is_not() {
        assert!(User::read("user app off ~* +@all").unwrap().is_spare());
        assert!(!User::read("user default on nopass ~* &* +@all").unwrap().is_spare());
        assert_eq!(User::read("nothing"), None);
    }
}
