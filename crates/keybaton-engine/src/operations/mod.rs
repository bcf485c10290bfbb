//! The local implementation of `Operations`: the same engine as the service, in the command's own process. It is one more
//! replica: the leases decide.

mod adopt;
mod advance;
mod ask;
mod check;
mod checkpoint;
mod failure;
mod hand;
mod history;
mod near;
mod pausing;
mod people;
mod provenance;
mod reading;
mod status;
mod tick;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use keybaton_core::{facts::Presence, plan::Plan, policy::Scope, rotation::explain::Explanation};
use keybaton_ports::{
    Adoption, AuditRow, Failure, Operations, Outbox, Progress, Served, Store, StoreError, Until, Wanted, Word,
};
use keybaton_seal::Keyring;
use keybaton_types::{
    SecretId,
    document::{Adopted, Asked, Audited, Check, Checkpoint, History, Paused, Resumed, Rotation, Status, Ticked},
};

use crate::{Charge, Charges, Driver, Time, facts::Known, safe::Safe};
use failure::store;
pub(crate) use status::consumers;

/// The local implementation of `Operations`.
pub struct Local {
    safe: Safe,
    time: Arc<dyn Time>,
    charges: Charges,
    driver: Arc<Driver>,
    holder: String,
    /// What channels have yet to be told.
    outbox: Option<Arc<dyn Outbox>>,
}

impl Local {
    /// Operations over this state database and these secrets, acting as `holder`. It stays for a watch that it begins.
    pub fn new(
        state: Arc<dyn Store>,
        keyring: Arc<Keyring>,
        time: Arc<dyn Time>,
        charges: Charges,
        holder: impl Into<String>,
    ) -> Self {
        let holder = holder.into();
        let safe = Safe { store: Arc::clone(&state), keyring: Arc::clone(&keyring) };
        let driver = Driver::new(state, keyring, Arc::clone(&time), holder.clone(), Presence::Stays);
        Self { safe, time, charges, driver: Arc::new(driver), holder, outbox: None }
    }

    /// The same, and its status says what is wrong with the channels for alerts.
    #[must_use]
    pub fn with_outbox(self, outbox: Arc<dyn Outbox>) -> Self {
        Self { outbox: Some(outbox), ..self }
    }

    fn store(&self) -> &dyn Store {
        self.safe.store.as_ref()
    }

    /// The charge of a secret that the configuration names.
    fn charge(&self, secret: &SecretId) -> Result<Arc<Charge>, Failure> {
        self.charges.get(secret).ok_or_else(|| failure::undeclared(secret, &self.charges))
    }

    /// The charge and everything that is known of it.
    async fn known(&self, secret: &SecretId) -> Result<(Arc<Charge>, Known), Failure> {
        let charge = self.charge(secret)?;
        let known = self.look(&charge).await.map_err(store)?;
        Ok((charge, known))
    }

    /// Everything that is known of a charge.
    async fn look(&self, charge: &Charge) -> Result<Known, StoreError> {
        let secret = &charge.secret;
        self.store().enroll(secret).await?;
        let snapshot = self.store().read(secret).await?;
        Ok(Known::new(charge, snapshot.ok_or_else(|| StoreError::NotEnrolled(secret.clone()))?))
    }

    /// Another engine that is alive, if there is one.
    async fn engine(&self) -> Result<Option<String>, Failure> {
        let alive = self.store().engines().await.map_err(store)?;
        Ok(alive.into_iter().map(|engine| engine.holder).find(|holder| *holder != self.holder))
    }
}

#[async_trait]
impl Operations for Local {
    async fn status(&self) -> Result<Status, Failure> {
        self.read_status().await
    }

    async fn adopt(&self, adoption: Adoption) -> Result<Adopted, Failure> {
        self.take_over(adoption).await
    }

    async fn plan(&self, secret: &SecretId) -> Result<Plan, Failure> {
        self.read_plan(secret).await
    }

    async fn explain(&self, secret: &SecretId) -> Result<Explanation, Failure> {
        self.read_explanation(secret).await
    }

    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<Asked, Failure> {
        self.record_ask(secret, wanted, by).await
    }

    async fn pause(&self, scope: Scope, until: Until, reason: Option<&str>, by: &str) -> Result<Paused, Failure> {
        self.begin_pause(scope, until, reason, by).await
    }

    async fn resume(&self, scope: &Scope, by: &str) -> Result<Option<Resumed>, Failure> {
        self.end_pause(scope, by).await
    }

    async fn vouch(
        &self,
        secret: &SecretId,
        consumer: &str,
        instance: Option<&str>,
        word: Word,
        by: &str,
    ) -> Result<Vec<String>, Failure> {
        self.record_word(secret, consumer, instance, word, by).await
    }

    async fn advance(&self, secret: &SecretId, rotation: &str) -> Result<Progress, Failure> {
        self.drive_on(secret, rotation).await
    }

    async fn rotation(&self, secret: &SecretId, rotation: &str) -> Result<Rotation, Failure> {
        self.look_on(secret, rotation).await
    }

    async fn detach(&self) {
        self.driver.release().await;
    }

    async fn get(&self, secret: &SecretId, by: &str) -> Result<Served, Failure> {
        self.read_value(secret, by).await
    }

    async fn check(&self, secret: &SecretId) -> Result<Check, Failure> {
        self.try_current(secret).await
    }

    async fn tick(&self) -> Result<Ticked, Failure> {
        self.do_due_work().await
    }

    async fn history(&self, secret: Option<&SecretId>, limit: usize) -> Result<History, Failure> {
        self.read_history(secret, limit).await
    }

    async fn audit(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, Failure> {
        self.store().audit_rows(secret, after, limit).await.map_err(store)
    }

    async fn audit_verify(&self) -> Result<Audited, Failure> {
        let key = self.safe.keyring.signer().key();
        let verified = self.store().audit_verify(Some(&key)).await.map_err(store)?;
        Ok(verified.document(Some(&key)))
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure> {
        self.sign_audit().await
    }

    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, Failure> {
        self.read_checkpoints(after, limit).await
    }
}

/// The time from one timestamp to a later one, if it is later.
fn until(now: keybaton_types::Timestamp, at: Option<keybaton_types::Timestamp>) -> Option<Duration> {
    at.map(|at| at.since(now))
}
