//! The name of a secret: `NAME/ENV`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A named slot in one environment that consumers ask for, written `NAME/ENV`.
///
/// Each part is 1 to 64 of `[a-z0-9_-]` and starts with a letter or a digit: one canonical form, so that no two
/// spellings can mean the same secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretId {
    name: String,
    env: String,
}

/// Why a text is not the name of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameError {
    /// The text is not `NAME/ENV`.
    Shape(String),
    /// A part has a character outside `[a-z0-9_-]`, is empty, or is longer than 64.
    Part(String),
}

impl SecretId {
    /// Checks both parts and joins them.
    pub fn new(name: &str, env: &str) -> Result<Self, NameError> {
        Ok(Self { name: part(name)?, env: part(env)? })
    }

    /// The part before the slash.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The environment: the part after the slash.
    pub fn env(&self) -> &str {
        &self.env
    }
}

impl fmt::Display for SecretId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.env)
    }
}

impl FromStr for SecretId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (name, env) = text.split_once('/').ok_or_else(|| NameError::Shape(text.to_owned()))?;
        Self::new(name, env)
    }
}

impl TryFrom<String> for SecretId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<SecretId> for String {
    fn from(id: SecretId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(text) => write!(f, "{text:?} is not of the form NAME/ENV, such as payments/prod"),
            Self::Part(text) => {
                write!(f, "{text:?} may have 1 to 64 of a-z, 0-9, '_' and '-', and starts with a letter or a digit")
            }
        }
    }
}

impl std::error::Error for NameError {}

fn part(text: &str) -> Result<String, NameError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    let starts = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if starts && text.len() <= 64 && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err(NameError::Part(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_name_and_an_environment() {
        let id: SecretId = "payments/prod".parse().unwrap();
        assert_eq!((id.name(), id.env(), id.to_string().as_str()), ("payments", "prod", "payments/prod"));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["payments", "/prod", "payments/", "Payments/prod", "a b/prod", "a/b/c", "-a/prod"] {
            assert!(text.parse::<SecretId>().is_err(), "{text} was taken");
        }
    }
}
