//! One pass over all due work, for cron and timers. It stays for a watch that it began, and for nothing else.

use std::{collections::BTreeSet, time::Duration};

use keybaton_core::rotation::State;
use keybaton_ports::{Failure, StoreError};
use keybaton_types::{
    Phase, SecretId,
    document::{Ticked, TickedSecret},
};

use super::{Local, failure::store};
use crate::{Charge, Pass};

/// How long to wait between two passes over a secret whose old key is switched off.
const PAUSE: Duration = Duration::from_millis(250);

impl Local {
    pub(super) async fn do_due_work(&self) -> Result<Ticked, Failure> {
        let mut secrets = Vec::new();
        let mut watched: BTreeSet<SecretId> = BTreeSet::new();
        for charge in self.charges.all().values() {
            match self.tick_one(charge).await {
                Ok(None) => continue,
                Ok(Some(row)) => secrets.push(row),
                Err(error) if is_of_one(&error) => {
                    secrets.push(row(charge, None, Some(error.to_string())));
                    continue;
                }
                Err(error) => return Err(store(error)),
            }
            if self.is_watched(charge).await.map_err(store)? {
                watched.insert(charge.secret.clone());
            }
        }
        self.stay(watched, &mut secrets).await?;
        self.driver.release().await;
        self.driver.notary().sign().await;
        Ok(Ticked { schema: Ticked::SCHEMA.to_owned(), secrets })
    }

    /// Comes back to every secret whose old key was switched off, until it is on again or condemned.
    async fn stay(&self, mut watched: BTreeSet<SecretId>, secrets: &mut [TickedSecret]) -> Result<(), Failure> {
        while !watched.is_empty() {
            self.time.sleep(PAUSE).await;
            for secret in watched.clone() {
                let charge = self.charge(&secret)?;
                if let Some(row) = self.tick_one(&charge).await.map_err(store)?
                    && let Some(old) = secrets.iter_mut().find(|r| r.secret == row.secret && r.env == row.env)
                {
                    *old = row;
                }
                if !self.is_watched(&charge).await.map_err(store)? {
                    watched.remove(&secret);
                }
            }
        }
        Ok(())
    }

    /// One pass; `None` where there was nothing to do.
    async fn tick_one(&self, charge: &Charge) -> Result<Option<TickedSecret>, StoreError> {
        let before = self.look(charge).await?;
        let outcome = self.driver.pass(charge).await;
        let known = self.look(charge).await?;
        let phase = match (&known.snapshot.ledger.rotation, &known.snapshot.ledger.last) {
            (Some(rotation), _) => rotation.phase(),
            (None, Some(ended)) => ended.outcome.into(),
            (None, None) => Phase::Idle,
        };
        let error = match outcome {
            Ok(Pass::Idle) if known.snapshot.ledger.revision == before.snapshot.ledger.revision => return Ok(None),
            Ok(Pass::Idle | Pass::Waits(_) | Pass::Taken) => None,
            Err(error) => Some(error.to_string()),
        };
        Ok(Some(row(charge, Some(phase), error)))
    }

    async fn is_watched(&self, charge: &Charge) -> Result<bool, StoreError> {
        let known = self.look(charge).await?;
        let state = known.rotation().map(|rotation| rotation.state);
        Ok(matches!(state, Some(State::Disabling | State::Watching | State::Enabling(_))))
    }
}

fn row(charge: &Charge, phase: Option<Phase>, error: Option<String>) -> TickedSecret {
    let (secret, env) = (charge.secret.name().to_owned(), charge.secret.env().to_owned());
    TickedSecret { secret, env, phase, error }
}

/// Whether an error is about one secret alone, so that the others are none the worse for it.
fn is_of_one(error: &StoreError) -> bool {
    matches!(error, StoreError::Newer { .. })
}
