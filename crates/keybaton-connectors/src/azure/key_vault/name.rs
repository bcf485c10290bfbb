//! The name of a secret in a key vault.

use std::fmt;

use crate::build::BuildError;

/// The longest name that Key Vault takes.
const LONGEST: usize = 127;

/// The name of a secret in a key vault: letters, digits and dashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(name: &str) -> Result<Self, BuildError> {
        let fits = (1..=LONGEST).contains(&name.len());
        if !fits || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            let what = format!("{name:?}: a secret of Key Vault has 1 to 127 letters, digits and dashes as its name");
            return Err(BuildError::setting("name", what));
        }
        Ok(Self(name.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert!(Name::new("external-api-key").is_ok() && Name::new(&"a".repeat(127)).is_ok());
        for name in ["", "a/b", "a.b", "a_b", "a b", "..", "é", "a?b", &"a".repeat(128)] {
            assert!(Name::new(name).is_err(), "{name:?}");
        }
    }
}
