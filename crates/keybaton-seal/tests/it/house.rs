//! One small house: an installation, its keyring and a place for a value.

use keybaton_seal::{Binding, Error, Keyring, MasterKey, Part, SecretValue};
use keybaton_types::{CredentialNo, Installation, SecretId};

/// An installation with a master key and one secret.
pub(crate) struct House {
    pub(crate) master: MasterKey,
    pub(crate) installation: Installation,
    pub(crate) secret: SecretId,
    pub(crate) keyring: Keyring,
}

impl House {
    pub(crate) fn new() -> Self {
        let (master, installation) = (MasterKey::generate().unwrap(), Installation("a1b2c3".to_owned()));
        let keyring = Keyring::new(&master, &installation).unwrap();
        Self { master, installation, secret: "payments/prod".parse().unwrap(), keyring }
    }

    pub(crate) fn binding(&self) -> Binding<'_> {
        Binding {
            installation: &self.installation,
            secret: &self.secret,
            credential: CredentialNo(1),
            part: Part::Value,
        }
    }
}

pub(crate) fn value(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test looks at the value that it made itself")]
pub(crate) fn plain(value: &SecretValue) -> &[u8] {
    value.expose()
}

/// The error of a result whose value has no `Debug`.
pub(crate) fn refused<T>(result: Result<T, Error>) -> Error {
    result.err().expect("it should have been refused")
}
