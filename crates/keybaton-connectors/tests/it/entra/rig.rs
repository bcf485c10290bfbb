//! An issuer and a probe of one application.

use std::path::PathBuf;
use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_ports::{Called, Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_testkit::fake::{APPLICATION, Directory, OWN, OWN_SECRET, TENANT};
use serde_json::{Value, json};

use crate::bench::{label, probe, secret, text, with};

/// A directory, and the file with the authority that vouches for it.
pub(super) struct Rig {
    pub(super) directory: Directory,
    pub(super) authority: PathBuf,
    _folder: tempfile::TempDir,
}

impl Rig {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = folder.path().join("ca.pem");
        let directory = Directory::start(&authority).await;
        Self { directory, authority, _folder: folder }
    }

    /// The settings of an issuer at this address.
    pub(super) fn at(&self, url: &str, more: &Value) -> Value {
        let login = json!({
            "tenant_id": TENANT, "client_id": OWN, "client_secret": { "env": "UNUSED" }, "authority": self.directory.url(),
        });
        let settings = json!({
            "tenant_id": TENANT, "client_id": APPLICATION, "graph": url, "login": login, "ca_file": self.authority,
            "propagation": "0s",
        });
        with(settings, more)
    }

    pub(super) fn issuer(&self, more: &Value) -> Arc<dyn Issuer> {
        built(&self.at(&self.directory.url(), more), OWN_SECRET)
    }

    pub(super) fn probe(&self, more: &Value) -> Arc<dyn Probe> {
        let settings = json!({
            "azure-entra": APPLICATION, "tenant_id": TENANT, "authority": self.directory.url(), "ca_file": self.authority,
        });
        probe("azure-entra", &with(settings, more))
    }

    /// What the probe says of a password.
    pub(super) async fn verdict(&self, created: &Created) -> Called<Verdict> {
        let value = created.value.as_ref().unwrap();
        self.probe(&json!({})).probe(Presented { secret: &secret(), id: &created.id, value }).await
    }
}

/// The issuer of these settings.
pub(super) fn built(settings: &Value, own: &str) -> Arc<dyn Issuer> {
    crate::bench::issuer("azure-entra", settings, text(own))
}

pub(super) async fn create(issuer: &dyn Issuer, seq: u64) -> Called<Created> {
    issuer.create(Create { secret: &secret(), label: &label(seq), value: None, taken: &[] }).await
}

/// Why settings are refused.
pub(super) fn refused(settings: &Value) -> String {
    registry::issuer("azure-entra", settings).unwrap().unwrap_err().to_string()
}
