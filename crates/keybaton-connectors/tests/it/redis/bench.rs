//! ACL users of a real server, and the connector that rotates them.

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::{Alphabet, SecretValue, draw};
use keybaton_testkit::server::Redis;
use keybaton_types::{IssuedId, Label, SecretId};
use serde_json::{Value, json};

/// The connector of some users, by the administrator.
pub(crate) struct Bench {
    pub(crate) issuer: Arc<dyn Issuer>,
    pub(crate) probe: Arc<dyn Probe>,
}

impl Bench {
    /// The connector with these settings beside the address and the login.
    pub(crate) fn new(redis: &Redis, more: &Value) -> Self {
        Self { issuer: issuer(&settings(redis, more), redis.password()), probe: probe(&redis.url()) }
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
pub(crate) fn settings(redis: &Redis, more: &Value) -> Value {
    let mut table = json!({ "url": redis.url(), "auth": { "user": redis.admin(), "password": { "env": "UNUSED" } } });
    for (key, value) in more.as_object().unwrap() {
        table[key] = value.clone();
    }
    table
}

/// The issuer of these settings.
pub(crate) fn issuer(settings: &Value, password: SecretValue) -> Arc<dyn Issuer> {
    let built = registry::issuer("redis", settings).unwrap().unwrap();
    built.build(&secret(), vec![password]).unwrap()
}

/// A probe of a server.
pub(crate) fn probe(url: &str) -> Arc<dyn Probe> {
    let built = registry::probe("redis", &json!({ "redis": url })).unwrap().unwrap();
    built.build(Vec::new()).unwrap()
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

fn secret() -> SecretId {
    "app/prod".parse().unwrap()
}
