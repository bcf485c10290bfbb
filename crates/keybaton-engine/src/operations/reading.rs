//! What is read and changes nothing: a plan, an explanation, the current value.

use keybaton_core::{
    facts::Presence,
    ledger::{Seen, Sighting},
    plan::{Plan, Risk, plan},
    rotation::{
        Cause,
        explain::{Explanation, explain},
    },
};
use keybaton_ports::{Failure, FailureKind, Home, Served};
use keybaton_types::{CredentialNo, SecretId, Timestamp};

use super::{Local, failure, store};
use crate::{due, record};

impl Local {
    /// Asks the issuer for a fresh list where it has one; without an answer the plan says what it can.
    pub(super) async fn read_plan(&self, secret: &SecretId) -> Result<Plan, Failure> {
        let (charge, known) = self.known(secret).await?;
        let listing = match charge.issuer.listing() {
            Some(port) => Some(port.list().await.map_err(|fault| {
                Failure::new(FailureKind::Unknown, format!("the issuer of {secret} does not tell its list"))
                    .because(&fault)
                    .safe("nothing was changed")
                    .hint("check the issuer's address and the credential that keybaton uses there")
            })?),
            None => None,
        };
        let facts = known.facts(&charge, self.store().installation(), Presence::Stays);
        let cautions = charge.issuer.cautions().into_iter().chain(of_direct_readers(charge.vault.home()));
        let plan = plan(&facts, Cause::Asked, listing.as_deref()).warned(cautions.collect());
        Ok(plan.paused(due::refusing(&charge, &known.snapshot, Cause::Asked)))
    }

    pub(super) async fn read_explanation(&self, secret: &SecretId) -> Result<Explanation, Failure> {
        let (charge, known) = self.known(secret).await?;
        let facts = known.facts(&charge, self.store().installation(), Presence::Stays);
        let (pause, over) = (due::paused(&charge, &known.snapshot), due::over(&charge, &known.snapshot));
        let explanation = explain(&facts).scheduled(&facts, due::next(&charge, &known.snapshot));
        Ok(explanation.paused(&facts, pause, &over))
    }

    /// Opens the current value; who did so is written down first, and that a copy of it may exist from now on.
    pub(super) async fn read_value(&self, secret: &SecretId, by: &str) -> Result<Served, Failure> {
        let (_, known) = self.known(secret).await?;
        let ledger = &known.snapshot.ledger;
        let current = ledger.current.and_then(|no| ledger.version(no));
        let credential = ledger.current_credential().filter(|credential| !credential.condemned);
        let (Some(version), Some(credential)) = (current, credential) else {
            return Err(Failure::new(FailureKind::No, format!("{secret} has no current key")).hint(format!(
                "take one over with `keybaton adopt {secret} --id ID`, or make one with `keybaton rotate {secret}`"
            )));
        };
        let note = format!("value of version {} revealed", version.no);
        self.store().audit(secret, &record::note(by, note, None)).await.map_err(store)?;
        self.store().sight(secret, &revealed(by, credential.no, known.snapshot.now)).await.map_err(store)?;
        let value = self.safe.rendering(secret, credential.no).await.map_err(failure::engine)?;
        let fingerprint = self.safe.fingerprint(secret, credential.no).await.map_err(failure::engine)?;
        let (Some(value), Some(fingerprint)) = (value, fingerprint) else { return Err(failure::vanished(secret)) };
        let age = known.snapshot.now.since(version.published.unwrap_or(known.snapshot.now));
        Ok(Served { version: version.no, value, fingerprint, age })
    }
}

/// Whoever reads a vault that is not keybaton's own goes on through its outages alone.
fn of_direct_readers(home: Home) -> Option<Risk> {
    match home {
        Home::Ledger => None,
        Home::Elsewhere => Some(Risk {
            what: "consumers that read the vault itself get no copy from keybaton while it is down".to_owned(),
            so: "those that must go on through that read keybaton, by the client or the agent".to_owned(),
        }),
    }
}

/// A value that a person has seen is evidenced at best when it is revoked.
fn revealed(by: &str, credential: CredentialNo, at: Timestamp) -> Sighting {
    let (consumer, instance) = (by.to_owned(), "reveal".to_owned());
    Sighting { consumer, instance, credential: Some(credential), seen: Seen::Revealed, last: at, lease_until: None }
}
