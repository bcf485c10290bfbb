//! Logins of a real server, and the connector that rotates them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_testkit::contract::Subject;
use keybaton_types::{IssuedId, Label, SecretId};
use serde_json::Value;

use crate::shared::{Probing, Shared};

/// The connector of some logins.
pub(crate) struct Bench {
    pub(crate) issuer: Arc<dyn Issuer>,
    pub(crate) probe: Arc<dyn Probe>,
}

impl Bench {
    /// Makes a credential and tells its value.
    pub(crate) async fn create(&self, seq: u64, taken: &[IssuedId]) -> (IssuedId, SecretValue) {
        let value = drawn();
        let created = create(&*self.issuer, seq, &value, taken).await;
        (created.unwrap_or_else(|fault| panic!("create: {fault}")).id, value)
    }

    /// What the probe says.
    pub(crate) async fn verdict(&self, id: &IssuedId, value: &SecretValue) -> Verdict {
        self.probe.probe(Presented { secret: &secret(), id, value }).await.unwrap()
    }

    /// The ids that are listed.
    pub(crate) async fn ids(&self) -> Vec<IssuedId> {
        let list = self.issuer.listing().unwrap().list().await.unwrap();
        list.into_iter().map(|listed| listed.id).collect()
    }

    /// The id of a value.
    pub(crate) async fn recognised(&self, value: &SecretValue) -> Option<IssuedId> {
        self.issuer.recognising().unwrap().recognise(value).await.unwrap()
    }
}

/// The issuer of these settings.
pub(crate) fn issuer(connector: &str, settings: &Value, password: SecretValue) -> Arc<dyn Issuer> {
    let built = registry::issuer(connector, settings).unwrap().unwrap();
    built.build(&secret(), vec![password]).unwrap()
}

/// The probe of these settings.
pub(crate) fn probe(connector: &str, settings: &Value) -> Arc<dyn Probe> {
    let built = registry::probe(connector, settings).unwrap().unwrap();
    built.build(Vec::new()).unwrap()
}

/// A table with more keys than it has.
pub(crate) fn with(mut table: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        table[key] = value.clone();
    }
    table
}

/// What the contract suite takes: an issuer of these settings, and of those that lead nowhere.
pub(crate) fn subject(
    issuer: impl Fn(&Value, SecretValue) -> Arc<dyn Issuer>,
    probe: Arc<dyn Probe>,
    (here, away): (&Value, &Value),
    password: &SecretValue,
) -> Subject {
    Subject {
        issuer: Box::new(Shared(issuer(here, copy(password)))),
        probe: Box::new(Probing(probe)),
        pass: Box::new(|_| {}),
        wrong_credential: Box::new(Shared(issuer(here, drawn()))),
        unreachable: Box::new(Shared(issuer(away, copy(password)))),
    }
}

/// Creates with any issuer.
pub(crate) async fn create(issuer: &dyn Issuer, seq: u64, value: &SecretValue, taken: &[IssuedId]) -> Called<Created> {
    issuer.create(Create { secret: &secret(), label: &label(seq), value: Some(value), taken }).await
}

pub(crate) fn label(seq: u64) -> Label {
    Label(format!("kb1-c0ffee-app-prod-{seq}"))
}

pub(crate) fn drawn() -> SecretValue {
    draw(&Alphabet::ALPHANUMERIC, 32).unwrap()
}

pub(crate) fn text(value: &str) -> SecretValue {
    SecretValue::from_text(value.to_owned()).unwrap()
}

pub(crate) fn secret() -> SecretId {
    "app/prod".parse().unwrap()
}

/// Another copy of a test's own password.
#[expect(clippy::disallowed_methods, reason = "a test's own password is used by two issuers")]
pub(crate) fn copy(value: &SecretValue) -> SecretValue {
    SecretValue::new(value.expose().to_vec()).unwrap()
}
