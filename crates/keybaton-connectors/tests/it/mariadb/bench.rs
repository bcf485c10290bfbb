//! Accounts of a real server, and the connector that rotates them.

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_testkit::server::Mariadb;
use keybaton_types::{IssuedId, Label, SecretId};
use serde_json::{Value, json};

/// The connector of some accounts, by the superuser.
pub(crate) struct Bench {
    pub(crate) issuer: Arc<dyn Issuer>,
    pub(crate) probe: Arc<dyn Probe>,
}

impl Bench {
    /// The connector with these settings beside the address and the login.
    pub(crate) fn new(server: &Mariadb, more: &Value) -> Self {
        let issuer = issuer(&settings(server, server.admin(), more), server.password());
        Self { issuer, probe: probe(server.port()) }
    }

    /// Makes a credential and tells its value.
    pub(crate) async fn create(&self, seq: u64, taken: &[IssuedId]) -> (IssuedId, SecretValue) {
        let value = drawn();
        let created = create(&*self.issuer, seq, &value, taken).await;
        (created.unwrap_or_else(|fault| panic!("create: {fault}")).id, value)
    }

    /// What the probe says.
    pub(crate) async fn verdict(&self, id: &IssuedId, value: &SecretValue) -> Verdict {
        let secret = secret();
        self.probe.probe(Presented { secret: &secret, id, value }).await.unwrap()
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

/// The settings of an issuer of this server.
pub(crate) fn settings(server: &Mariadb, user: &str, more: &Value) -> Value {
    let mut table = json!({ "url": server.url_of(user), "password": { "env": "UNUSED" } });
    for (key, value) in more.as_object().unwrap() {
        table[key] = value.clone();
    }
    table
}

/// The issuer of these settings.
pub(crate) fn issuer(settings: &Value, password: SecretValue) -> Arc<dyn Issuer> {
    let built = registry::issuer("mariadb", settings).unwrap().unwrap();
    built.build(&secret(), vec![password]).unwrap()
}

/// A probe of a port on loopback.
pub(crate) fn probe(port: u16) -> Arc<dyn Probe> {
    let built = registry::probe("mariadb", &json!({ "mariadb": format!("mysql://127.0.0.1:{port}") }));
    built.unwrap().unwrap().build(Vec::new()).unwrap()
}

/// Creates with any issuer.
pub(crate) async fn create(issuer: &dyn Issuer, seq: u64, value: &SecretValue, taken: &[IssuedId]) -> Called<Created> {
    let (secret, label) = (secret(), Label(format!("kb1-c0ffee-app-prod-{seq}")));
    issuer.create(Create { secret: &secret, label: &label, value: Some(value), taken }).await
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
