//! The health check: what consumers read now is read the way they read it, and tried.
//!
//! The value is not taken from what the engine remembers: an external vault is read itself, and of the embedded one what
//! delivery would hand out. Nothing is written, and no reader becomes known by it.

use std::time::Duration;

use keybaton_core::answer::Verdict;
use keybaton_ports::{Called, Failure, Fault, Presented, Seen};
use keybaton_seal::SecretValue;
use keybaton_types::{
    CredentialNo, Fingerprint, SecretId, VersionNo,
    document::{Check, Probed},
};

use super::{Local, failure, store};
use crate::{Charge, delivery::Shown, facts::Known};

/// What consumers read.
enum Read {
    /// A version of ours.
    Ours { version: VersionNo, credential: CredentialNo, text: SecretValue },
    /// Something that keybaton did not write.
    Foreign(SecretValue),
    /// Nothing at all.
    Nothing,
    /// There was no answer.
    Unanswered(Fault),
}

impl Local {
    pub(super) async fn try_current(&self, secret: &SecretId) -> Result<Check, Failure> {
        let (charge, known) = self.known(secret).await?;
        if known.snapshot.ledger.current.is_none() {
            return Ok(said(&charge, None, "no key is managed yet, so there is nothing to try"));
        }
        match self.fetch(&charge, &known).await? {
            Read::Nothing => Ok(said(&charge, Some(false), "consumers find nothing there")),
            Read::Unanswered(fault) => Ok(said(&charge, None, &format!("the vault could not be read: {fault}"))),
            Read::Ours { version, credential, text } => self.ours(&charge, &known, version, credential, text).await,
            Read::Foreign(text) => self.foreign(&charge, &known, text).await,
        }
    }

    async fn fetch(&self, charge: &Charge, known: &Known) -> Result<Read, Failure> {
        Ok(match within(charge, charge.vault.served(&charge.secret)).await {
            Err(fault) => Read::Unanswered(fault),
            Ok(Seen::Nothing) => Read::Nothing,
            Ok(Seen::Version(_)) => self.delivered(charge, known).await?,
            Ok(Seen::Value(text)) => match self.recognised(charge, known, &text).await? {
                Some((version, credential)) => Read::Ours { version, credential, text },
                None => Read::Foreign(text),
            },
        })
    }

    /// What delivery hands out of a vault that is our own.
    async fn delivered(&self, charge: &Charge, known: &Known) -> Result<Read, Failure> {
        let installation = self.store().installation();
        let Some(shown) = Shown::at(charge, known.snapshot.clone(), installation) else { return Ok(Read::Nothing) };
        let text = self.safe.rendering(&charge.secret, shown.credential).await.map_err(failure::engine)?;
        let text = text.ok_or_else(|| failure::vanished(&charge.secret))?;
        Ok(Read::Ours { version: shown.version, credential: shown.credential, text })
    }

    /// The newest version whose rendering this is.
    async fn recognised(
        &self,
        charge: &Charge,
        known: &Known,
        text: &SecretValue,
    ) -> Result<Option<(VersionNo, CredentialNo)>, Failure> {
        for version in known.snapshot.ledger.versions.iter().rev() {
            let Some(fingerprint) = self.fingerprint_of(&charge.secret, version.credential).await? else { continue };
            let same = self.safe.keyring.matches(text, &fingerprint);
            if same.map_err(|error| failure::engine(error.into()))? {
                return Ok(Some((version.no, version.credential)));
            }
        }
        Ok(None)
    }

    /// The fingerprint of what consumers read of a credential.
    async fn fingerprint_of(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Fingerprint>, Failure> {
        let kept = self.store().sealed(secret, no).await.map_err(store)?;
        Ok(kept.map(|kept| kept.rendering_fingerprint.unwrap_or(kept.fingerprint)))
    }

    /// Tries a version of ours: what was read itself, or, where that is a rendering, the value that is in it.
    async fn ours(
        &self,
        charge: &Charge,
        known: &Known,
        version: VersionNo,
        credential: CredentialNo,
        text: SecretValue,
    ) -> Result<Check, Failure> {
        let value = if charge.render.is_none() {
            text
        } else {
            let value = self.safe.value(&charge.secret, credential).await.map_err(failure::engine)?;
            value.ok_or_else(|| failure::vanished(&charge.secret))?
        };
        let called = self.tried(charge, known, credential, &value).await;
        let fingerprint = self.fingerprint_of(&charge.secret, credential).await?.map(|fingerprint| fingerprint.0);
        let judged = judged(charge, &called, &format!("version {version}"));
        Ok(Check { version: Some(version.0), fingerprint, ..judged })
    }

    /// What keybaton did not write is what consumers get all the same.
    async fn foreign(&self, charge: &Charge, known: &Known, text: SecretValue) -> Result<Check, Failure> {
        let fingerprint = self.safe.keyring.fingerprint(&text).map_err(|error| failure::engine(error.into()))?;
        let what = "a value that keybaton did not write";
        let current = known.snapshot.ledger.current_credential().map(|credential| credential.no);
        let check = match (current, &charge.render) {
            (Some(credential), None) => judged(charge, &self.tried(charge, known, credential, &text).await, what),
            (Some(_), Some(_)) | (None, _) => {
                said(charge, None, &format!("the vault serves {what}, and what of it is the key is not known"))
            }
        };
        Ok(Check { fingerprint: Some(fingerprint.0), ..check })
    }

    async fn tried(
        &self,
        charge: &Charge,
        known: &Known,
        credential: CredentialNo,
        value: &SecretValue,
    ) -> Called<Verdict> {
        let issued = known.snapshot.ledger.credential(credential).and_then(|credential| credential.issued.as_ref());
        let Some(id) = issued else { return Ok(Verdict::Inconclusive) };
        within(charge, charge.probe.probe(Presented { secret: &charge.secret, id, value })).await
    }
}

fn judged(charge: &Charge, called: &Called<Verdict>, what: &str) -> Check {
    let (probe, healthy, why) = match called {
        Ok(Verdict::Accepted) => (Probed::Accepted, Some(true), format!("the probe accepts {what}")),
        Ok(Verdict::Refused) => (Probed::Refused, Some(false), format!("the probe refuses {what}")),
        Ok(Verdict::Inconclusive) => (Probed::Unclear, None, format!("the probe gave no clear answer on {what}")),
        Err(fault) => (Probed::Unclear, None, format!("the probe gave no clear answer on {what}: {fault}")),
    };
    Check { probe: Some(probe), ..said(charge, healthy, &why) }
}

fn said(charge: &Charge, healthy: Option<bool>, why: &str) -> Check {
    Check {
        schema: Check::SCHEMA.to_owned(),
        secret: charge.secret.name().to_owned(),
        env: charge.secret.env().to_owned(),
        vault: charge.vault_name.clone(),
        version: None,
        fingerprint: None,
        probe: None,
        healthy,
        why: why.to_owned(),
    }
}

/// A connector honours its own time-out; one that does not is given up on.
async fn within<T>(charge: &Charge, call: impl Future<Output = Called<T>>) -> Called<T> {
    let limit: Duration = charge.sheet().timeout * 2;
    tokio::time::timeout(limit, call).await.unwrap_or_else(|_| Err(Fault::unknown("no answer in time")))
}
