//! `PAYMENTS_KEY=payments/prod`: which secret the child finds under which name.

use std::fmt;
use std::str::FromStr;

use keybaton_types::{NameError, SecretId};

/// A name of an environment variable: letters, digits and `_`, not first a digit, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(String);

/// How the child gets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A file of its own; the variable with `_FILE` behind it says where.
    File,
    /// The variable itself. It cannot change while the child lives.
    Environment,
}

/// A secret and the name under which the child finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The variable.
    pub variable: Variable,
    /// The secret.
    pub secret: SecretId,
    /// How the child gets it.
    pub form: Form,
}

/// A text is not `VARIABLE=NAME/ENV`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// It has no `=`.
    #[error("write VARIABLE=NAME/ENV, such as PAYMENTS_KEY=payments/prod")]
    Shape,
    /// The part before `=` is no name of a variable.
    #[error("the part before `=` is no name of an environment variable: letters, digits and `_`, not first a digit")]
    Variable,
    /// The part after it is no name of a secret.
    #[error("{0}")]
    Secret(NameError),
}

impl Variable {
    /// The name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The variable that says where the file is.
    pub fn of_file(&self) -> String {
        format!("{}_FILE", self.0)
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Variable {
    type Err = SlotError;

    fn from_str(text: &str) -> Result<Self, SlotError> {
        let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let fits = text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (starts && fits).then(|| Self(text.to_owned())).ok_or(SlotError::Variable)
    }
}

impl Slot {
    /// Reads `VARIABLE=NAME/ENV`.
    pub fn parse(text: &str, form: Form) -> Result<Self, SlotError> {
        let (variable, secret) = text.split_once('=').ok_or(SlotError::Shape)?;
        Ok(Self { variable: variable.parse()?, secret: secret.parse().map_err(SlotError::Secret)?, form })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_a_variable_and_a_secret() {
        let slot = Slot::parse("PAYMENTS_KEY=payments/prod", Form::File).unwrap();
        assert_eq!((slot.variable.name(), slot.secret.to_string().as_str()), ("PAYMENTS_KEY", "payments/prod"));
        assert_eq!(slot.variable.of_file(), "PAYMENTS_KEY_FILE");
    }

    #[test]
    fn other_texts_are_refused() {
        assert_eq!(Slot::parse("payments/prod", Form::File), Err(SlotError::Shape));
        for variable in ["", "1A", "A-B", "A B", "Ä"] {
            assert_eq!(Slot::parse(&format!("{variable}=a/b"), Form::File), Err(SlotError::Variable), "{variable}");
        }
        assert!(matches!(Slot::parse("A=payments", Form::File), Err(SlotError::Secret(_))));
    }
}
