//! A secret of the far service that is published into a KV secret, by a token that may do what the how-to says.

use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_testkit::server::OpenBao;
use serde_json::{Value, json};

use crate::stage::{Bench, OLD_VALUE, Service};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A rotation of a few seconds.
pub(super) const SHORT: &str =
    "watch = { for = \"1s\", every = \"500ms\" }\noverlap = { min = \"1s\", max = \"1h\", until = \"time\" }";

/// A place in a server, and the secret that is published there.
pub(super) struct Rig<'a> {
    pub(super) bao: &'a OpenBao,
    pub(super) bench: Bench,
    pub(super) path: String,
}

impl<'a> Rig<'a> {
    /// A secret with these terms beside its vault's, not adopted; the vault has this value and another field.
    pub(super) async fn new(bao: &'a OpenBao, terms: &str, value: &str) -> Self {
        let path = format!("team{}/payments", NEXT.fetch_add(1, Ordering::Relaxed));
        bao.put(&path, &json!({ "value": value, "user": "shop" }));
        let terms = format!(
            "vault = \"bao\"\nname = \"{path}\"\n{terms}\n[vault.bao]\ntype = \"hashicorp-vault\"\nurl = \"{}\"\n\
             token = {{ file = \"bao.token\" }}\ntimeout = \"3s\"",
            bao.url()
        );
        let bench = Bench::described(Service::start().await, &terms);
        let rig = Self { bao, bench, path };
        let token = bao.token(&rig.policy_name(), &rig.policy(&["create", "read", "update"]), "1h");
        rig.bench.keybaton.write("bao.token", &keybaton_testkit::text(&token));
        rig.bench.run("init").await.exits(0);
        rig
    }

    /// The same, adopted.
    pub(super) async fn adopted(bao: &'a OpenBao, terms: &str) -> Self {
        let rig = Self::new(bao, terms, OLD_VALUE).await;
        rig.bench.adopt().await.exits(0);
        rig
    }

    /// What a consumer reads.
    pub(super) fn read(&self) -> Option<String> {
        Some(self.bao.get(&self.path)?["value"].as_str()?.to_owned())
    }

    /// Somebody else writes a value, and leaves the other field.
    pub(super) fn write(&self, value: &str) {
        self.bao.put(&self.path, &json!({ "value": value, "user": "shop" }));
    }

    /// Lets keybaton read only, or do its work again.
    pub(super) fn may(&self, data: &[&str]) {
        self.bao.policy(&self.policy_name(), &self.policy(data));
    }

    /// Asserts that the vault and the ledger agree, that one key lives, and that the other field is still there.
    pub(super) async fn assert_whole(&self) {
        self.bench.assert_whole().await;
        assert_eq!(self.read(), Some(self.bench.value().await), "the vault and the ledger differ");
        assert_eq!(self.bao.get(&self.path).unwrap()["user"], json!("shop"), "somebody's field was lost");
    }

    /// Which versions of the KV secret are destroyed.
    pub(super) fn destroyed(&self) -> Vec<u64> {
        let metadata = self.bao.metadata(&self.path);
        let versions = metadata["versions"].as_object().unwrap();
        let destroyed = versions.iter().filter(|(_, version)| version["destroyed"] == json!(true));
        destroyed.map(|(number, _)| number.parse().unwrap()).collect()
    }

    /// Deletes the last version, as a person does by mistake.
    pub(super) fn delete(&self) {
        self.bao.run("DELETE", &format!("secret/data/{}", self.path), &Value::Null);
    }

    fn policy_name(&self) -> String {
        self.path.replace('/', "-")
    }

    fn policy(&self, data: &[&str]) -> String {
        let path = &self.path;
        format!(
            "path \"secret/data/{path}\" {{ capabilities = {data:?} }}\n\
             path \"secret/metadata/{path}\" {{ capabilities = [\"create\", \"update\", \"patch\"] }}\n\
             path \"secret/destroy/{path}\" {{ capabilities = [\"update\"] }}"
        )
    }
}
