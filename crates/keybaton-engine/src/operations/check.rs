//! The health check: a synthetic consumer reads what consumers read now, and it is tried. Nothing is written.

use keybaton_core::answer::Verdict;
use keybaton_ports::{Called, Failure};
use keybaton_seal::SecretValue;
use keybaton_types::{
    CredentialNo, SecretId, VersionNo,
    document::{Check, Probed},
};

use super::{Local, failure};
use crate::{
    Charge, Error,
    facts::Known,
    synthetic::{Read, Synthetic},
};

impl Local {
    pub(super) async fn try_current(&self, secret: &SecretId) -> Result<Check, Failure> {
        let (charge, known) = self.known(secret).await?;
        if known.snapshot.ledger.current.is_none() {
            return Ok(said(&charge, None, "no key is managed yet, so there is nothing to try"));
        }
        self.send(&charge, &known).await.map_err(failure::engine)
    }

    async fn send(&self, charge: &Charge, known: &Known) -> Result<Check, Error> {
        let consumer = Synthetic { charge, safe: &self.safe, ledger: &known.snapshot.ledger };
        match consumer.read().await?.map(|looked| looked.read) {
            Err(fault) => Ok(said(charge, None, &format!("the vault could not be read: {fault}"))),
            Ok(Read::Nothing) => Ok(said(charge, Some(false), "consumers find nothing there")),
            Ok(Read::Ours { version, credential, text }) => ours(&consumer, version, credential, text).await,
            Ok(Read::Foreign(text)) => foreign(&consumer, &text).await,
        }
    }
}

async fn ours(
    consumer: &Synthetic<'_>,
    version: VersionNo,
    credential: CredentialNo,
    text: SecretValue,
) -> Result<Check, Error> {
    let called = consumer.try_ours(credential, text).await?;
    let fingerprint =
        consumer.safe.fingerprint(&consumer.charge.secret, credential).await?.map(|fingerprint| fingerprint.0);
    let judged = judged(consumer.charge, &called, &format!("version {version}"));
    Ok(Check { version: Some(version.0), fingerprint, ..judged })
}

/// What keybaton did not write is what consumers get all the same.
async fn foreign(consumer: &Synthetic<'_>, text: &SecretValue) -> Result<Check, Error> {
    let (charge, what) = (consumer.charge, "a value that keybaton did not write");
    let fingerprint = consumer.safe.keyring.fingerprint(text)?;
    let check = match (consumer.ledger.current_credential(), &charge.render) {
        (Some(credential), None) => judged(charge, &consumer.tried(credential.no, text).await, what),
        (Some(_), Some(_)) | (None, _) => {
            said(charge, None, &format!("the vault serves {what}, and what of it is the key is not known"))
        }
    };
    Ok(Check { fingerprint: Some(fingerprint.0), ..check })
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
