//! The fingerprints of what consumers read of a secret: whether a value that stands somewhere is one of ours.

use keybaton_core::ledger::{Credential, Ledger};
use keybaton_seal::{Keyring, SecretValue};
use keybaton_types::{CredentialNo, Fingerprint, SecretId};

use crate::{Error, safe::Safe};

/// Fingerprints of renderings, by their credentials.
#[derive(Default)]
pub(crate) struct Prints(Vec<Fingerprint>);

impl Prints {
    /// Those of every credential that was ever published.
    pub(crate) async fn of_all(safe: &Safe, secret: &SecretId, ledger: &Ledger) -> Result<Self, Error> {
        Self::of(safe, secret, ledger.versions.iter().map(|version| version.credential)).await
    }

    /// Those of every credential that must never be used again.
    pub(crate) async fn of_condemned(safe: &Safe, secret: &SecretId, ledger: &Ledger) -> Result<Self, Error> {
        let condemned = ledger.credentials.iter().filter(|credential| credential.condemned);
        Self::of(safe, secret, condemned.map(|Credential { no, .. }| *no)).await
    }

    async fn of(safe: &Safe, secret: &SecretId, all: impl Iterator<Item = CredentialNo>) -> Result<Self, Error> {
        let mut prints = Vec::new();
        for no in all {
            prints.extend(safe.fingerprint(secret, no).await?);
        }
        Ok(Self(prints))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a value has one of them. One that cannot be compared is not ours.
    pub(crate) fn have(&self, keyring: &Keyring, value: &SecretValue) -> bool {
        self.0.iter().any(|print| keyring.matches(value, print).unwrap_or(false))
    }
}
