//! An issuer and a probe of one account.

use std::path::PathBuf;
use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_testkit::fake::{ACCOUNT, GROUP, OWN, OWN_SECRET, SUBSCRIPTION, StorageAccount, TENANT};
use keybaton_types::IssuedId;
use serde_json::{Value, json};

use crate::bench::{label, probe, secret, text, with};

/// An account, and the file with the authority that vouches for it.
pub(super) struct Rig {
    pub(super) account: StorageAccount,
    pub(super) authority: PathBuf,
    _folder: tempfile::TempDir,
}

impl Rig {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("ca.pem");
        let account = StorageAccount::start(&authority).await;
        Self { account, authority, _folder: folder }
    }

    /// The settings of an issuer at this address.
    pub(super) fn at(&self, url: &str, more: &Value) -> Value {
        let login = json!({
            "tenant_id": TENANT, "client_id": OWN, "client_secret": { "env": "UNUSED" }, "authority": self.account.url(),
        });
        let settings = json!({
            "subscription_id": SUBSCRIPTION, "resource_group": GROUP, "account": ACCOUNT, "management": url,
            "endpoint": self.account.endpoint(), "login": login, "ca_file": self.authority, "propagation": "0s",
        });
        with(settings, more)
    }

    pub(super) fn issuer(&self, more: &Value) -> Arc<dyn Issuer> {
        built(&self.at(&self.account.url(), more), OWN_SECRET)
    }

    pub(super) fn probe(&self, more: &Value) -> Arc<dyn Probe> {
        let settings = json!({
            "azure-storage": ACCOUNT, "endpoint": self.account.endpoint(), "ca_file": self.authority,
        });
        probe("azure-storage", &with(settings, more))
    }

    /// The key that is in a slot now.
    pub(super) fn value(&self, slot: &str) -> SecretValue {
        text(&self.account.desk().key(slot))
    }

    /// The id of the key that is in a slot now.
    pub(super) async fn id(&self, slot: &str) -> IssuedId {
        let value = self.value(slot);
        self.issuer(&json!({})).recognising().unwrap().recognise(&value).await.unwrap().unwrap()
    }

    /// What the probe says of a value.
    pub(super) async fn verdict(&self, value: &SecretValue) -> Called<Verdict> {
        let id = IssuedId::from("any");
        self.probe(&json!({})).probe(Presented { secret: &secret(), id: &id, value }).await
    }

    /// How often the keys of both slots were made anew.
    pub(super) fn times(&self) -> (usize, usize) {
        let desk = self.account.desk();
        (desk.times("key1"), desk.times("key2"))
    }
}

/// The issuer of these settings.
pub(super) fn built(settings: &Value, own: &str) -> Arc<dyn Issuer> {
    crate::bench::issuer("azure-storage", settings, text(own))
}

pub(super) async fn create(issuer: &dyn Issuer, taken: &[IssuedId]) -> Called<Created> {
    issuer.create(Create { secret: &secret(), label: &label(1), value: None, taken }).await
}

/// Why settings are refused.
pub(super) fn refused(settings: &Value) -> String {
    registry::issuer("azure-storage", settings).unwrap().unwrap_err().to_string()
}
