//! The three roles of an issuer: the owner and its two members. No other role is ever touched.

use super::quote::Name;
use crate::build::BuildError;

/// The owner and its two members.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    pub(super) owner: Name,
    pub(super) members: [Name; 2],
}

impl Crew {
    /// Checks the names: all different, and none is keybaton's own user, who would lock himself out.
    pub(super) fn new(owner: &str, members: Option<&[String; 2]>, user: &str) -> Result<Self, BuildError> {
        let made = [format!("{owner}_a"), format!("{owner}_b")];
        let [a, b] = members.unwrap_or(&made);
        let crew = Self { owner: name("owner", owner)?, members: [name("members", a)?, name("members", b)?] };
        if a == b || a == owner || b == owner {
            return Err(BuildError::setting("members", "the owner and its two members are three different roles"));
        }
        match crew.find(user) {
            None => Ok(crew),
            Some(own) => {
                let what = format!("{} is the user that keybaton itself logs in as", own.plain());
                Err(BuildError::setting("owner", what))
            }
        }
    }

    /// The role of this name, if it is one of the three.
    pub(super) fn find(&self, name: &str) -> Option<&Name> {
        self.all().into_iter().find(|role| role.plain() == name)
    }

    /// All three, the owner first.
    pub(super) fn all(&self) -> [&Name; 3] {
        let [a, b] = &self.members;
        [&self.owner, a, b]
    }
}

fn name(at: &str, text: &str) -> Result<Name, BuildError> {
    let what = || format!("{text:?} is no name of a role: it has 1 to 63 bytes and no control characters");
    Name::new(text).ok_or_else(|| BuildError::setting(at, what()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_named_after_the_owner() {
        let crew = Crew::new("app", None, "keybaton").unwrap();
        assert_eq!(crew.all().map(Name::plain), ["app", "app_a", "app_b"]);
        assert_eq!(crew.find("app_c"), None);
    }

    #[test]
    fn roles_that_would_be_one_are_refused() {
        let both = |a: &str, b: &str| Some([a.to_owned(), b.to_owned()]);
        assert!(Crew::new("app", both("x", "x").as_ref(), "keybaton").is_err());
        assert!(Crew::new("app", both("app", "x").as_ref(), "keybaton").is_err());
        assert!(Crew::new("keybaton", None, "keybaton").unwrap_err().to_string().contains("itself logs in"));
        assert!(Crew::new(&"x".repeat(62), None, "keybaton").is_err());
    }
}
