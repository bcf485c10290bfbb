//! An access key of an emulator.

use keybaton_seal::SecretValue;

/// An access key of an emulator.
#[derive(Clone)]
pub struct AwsKey {
    /// Its id.
    pub id: String,
    pub(super) secret: String,
}

impl AwsKey {
    /// A key of an id and a secret.
    pub fn new(id: &str, secret: &str) -> Self {
        Self { id: id.to_owned(), secret: secret.to_owned() }
    }

    /// Its secret.
    pub fn secret(&self) -> SecretValue {
        SecretValue::from_text(self.secret.clone()).expect("a secret")
    }
}
