//! The synthetic consumer: reads what consumers read, the way they read it, so that a key is not believed to be in place because
//! the engine put it there. An external vault is read itself; of the embedded one it takes what delivery would hand out at
//! this instant. It writes nothing, and no reader becomes known by it. The watch and `check` both send it.

use keybaton_core::{
    answer::{Served, Verdict},
    ledger::Ledger,
};
use keybaton_ports::{Called, Fault, Presented, Seen};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, VersionNo};

use crate::{Charge, Error, delivery::Shown, safe::Safe};

/// Reads as consumers of one secret do.
pub(crate) struct Synthetic<'a> {
    pub(crate) charge: &'a Charge,
    pub(crate) safe: &'a Safe,
    pub(crate) ledger: &'a Ledger,
}

/// What consumers read.
pub(crate) enum Read {
    /// A version of ours.
    Ours {
        /// Which.
        version: VersionNo,
        /// What it holds.
        credential: CredentialNo,
        /// What was read.
        text: SecretValue,
    },
    /// Something that keybaton did not write.
    Foreign(SecretValue),
    /// Nothing at all.
    Nothing,
}

/// What the vault serves, and what consumers read of it.
pub(crate) struct Looked {
    pub(crate) served: Served,
    pub(crate) read: Read,
}

impl Synthetic<'_> {
    /// Reads once.
    pub(crate) async fn read(&self) -> Result<Called<Looked>, Error> {
        let seen = match within(self.charge, self.charge.vault.served(&self.charge.secret)).await {
            Err(fault) => return Ok(Err(fault)),
            Ok(seen) => seen,
        };
        Ok(Ok(match seen {
            Seen::Nothing => Looked { served: Served::Nothing, read: Read::Nothing },
            Seen::Version(version) => Looked { served: Served::Ours(version), read: self.delivered().await? },
            Seen::Value(text) => match self.recognised(&text).await? {
                Some((version, credential)) => {
                    Looked { served: Served::Ours(version), read: Read::Ours { version, credential, text } }
                }
                None => Looked { served: Served::Foreign, read: Read::Foreign(text) },
            },
        }))
    }

    /// What delivery hands out of a vault that is our own. The ledger is read anew: what was remembered proves nothing.
    async fn delivered(&self) -> Result<Read, Error> {
        let (store, secret) = (&self.safe.store, &self.charge.secret);
        let Some(snapshot) = store.read(secret).await? else { return Ok(Read::Nothing) };
        let Some(shown) = Shown::at(self.charge, snapshot, store.installation()) else { return Ok(Read::Nothing) };
        let text = self.safe.rendering(secret, shown.credential).await?;
        let text = text.ok_or_else(|| Error::NoValue(secret.clone()))?;
        Ok(Read::Ours { version: shown.version, credential: shown.credential, text })
    }

    /// The newest version whose rendering this is.
    pub(crate) async fn recognised(&self, text: &SecretValue) -> Result<Option<(VersionNo, CredentialNo)>, Error> {
        for version in self.ledger.versions.iter().rev() {
            let Some(fingerprint) = self.safe.fingerprint(&self.charge.secret, version.credential).await? else {
                continue;
            };
            if self.safe.keyring.matches(text, &fingerprint)? {
                return Ok(Some((version.no, version.credential)));
            }
        }
        Ok(None)
    }

    /// Tries what was read of a version of ours: the text itself or, where that is a rendering, the value that is in it.
    pub(crate) async fn try_ours(&self, no: CredentialNo, text: SecretValue) -> Result<Called<Verdict>, Error> {
        let value = if self.charge.render.is_none() {
            text
        } else {
            let value = self.safe.value(&self.charge.secret, no).await?;
            value.ok_or_else(|| Error::NoValue(self.charge.secret.clone()))?
        };
        Ok(self.tried(no, &value).await)
    }

    /// Tries a value as that of a credential.
    pub(crate) async fn tried(&self, no: CredentialNo, value: &SecretValue) -> Called<Verdict> {
        let issued = self.ledger.credential(no).and_then(|credential| credential.issued.as_ref());
        let Some(id) = issued else { return Ok(Verdict::Inconclusive) };
        within(self.charge, self.charge.probe.probe(Presented { secret: &self.charge.secret, id, value })).await
    }
}

/// A connector honours its own time-out; one that does not is given up on.
async fn within<T>(charge: &Charge, call: impl Future<Output = Called<T>>) -> Called<T> {
    let limit = charge.sheet().timeout * 2;
    tokio::time::timeout(limit, call).await.unwrap_or_else(|_| Err(Fault::unknown("no answer in time")))
}
