//! A role of a real server, and the connector that makes its secret ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::{Create, Created, Issuer, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::OpenBao;
use keybaton_types::IssuedId;
use serde_json::{Value, json};

use crate::bench::{label, secret, text, with};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A role.
pub(super) struct Rig<'a> {
    pub(super) bao: &'a OpenBao,
    pub(super) role: String,
    pub(super) role_id: String,
}

impl<'a> Rig<'a> {
    /// A role of its own.
    pub(super) fn new(bao: &'a OpenBao) -> Self {
        bao.ask("POST", "sys/auth/approle", &json!({ "type": "approle" }));
        let role = format!("app-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        bao.run("POST", &format!("auth/approle/role/{role}"), &json!({ "token_ttl": "1h" }));
        let told = bao.run("GET", &format!("auth/approle/role/{role}/role-id"), &Value::Null);
        Self { bao, role, role_id: told["data"]["role_id"].as_str().unwrap().to_owned() }
    }

    /// The settings of its issuer.
    pub(super) fn settings(&self, more: &Value) -> Value {
        with(json!({ "url": self.bao.url(), "role": self.role, "token": { "env": "UNUSED" } }), more)
    }

    /// Its issuer, by the token that may do everything.
    pub(super) fn issuer(&self, more: &Value) -> Arc<dyn Issuer> {
        build(&self.settings(more), self.bao.root())
    }

    /// Its probe.
    pub(super) fn probe(&self) -> Arc<dyn Probe> {
        let settings = json!({ "openbao-approle": self.bao.url(), "role_id": self.role_id });
        registry::probe("openbao-approle", &settings).unwrap().unwrap().build(Vec::new()).unwrap()
    }

    /// A token that a program gets with a secret id; none where it is refused.
    pub(super) fn login(&self, secret_id: &SecretValue) -> Option<String> {
        let sent = json!({ "role_id": self.role_id, "secret_id": keybaton_testkit::text(secret_id) });
        let (_, answer) = self.bao.ask("POST", "auth/approle/login", &sent);
        Some(answer["auth"]["client_token"].as_str()?.to_owned())
    }

    /// Whether a token works.
    pub(super) fn lives(&self, token: &str) -> bool {
        self.bao.ask("POST", "auth/token/lookup", &json!({ "token": token })).0 == 200
    }

    /// A secret id that somebody made by hand.
    pub(super) fn by_hand(&self) -> (String, SecretValue) {
        let made = self.bao.run("POST", &format!("auth/approle/role/{}/secret-id", self.role), &json!({}));
        let told = |key: &str| made["data"][key].as_str().unwrap().to_owned();
        (told("secret_id_accessor"), text(&told("secret_id")))
    }

    pub(super) async fn verdict(&self, created: &Created) -> Verdict {
        let presented = Presented { secret: &secret(), id: &created.id, value: created.value.as_ref().unwrap() };
        self.probe().probe(presented).await.unwrap()
    }
}

/// The issuer of these settings.
pub(super) fn build(settings: &Value, own: SecretValue) -> Arc<dyn Issuer> {
    let built = registry::issuer("openbao-approle", settings).unwrap().unwrap();
    built.build(&secret(), vec![own]).unwrap()
}

/// Makes a secret id.
pub(super) async fn make(issuer: &dyn Issuer, seq: u64) -> Created {
    issuer.create(Create { secret: &secret(), label: &label(seq), value: None, taken: &[] }).await.unwrap()
}

/// The ids that are listed, and their labels.
pub(super) async fn listed(issuer: &dyn Issuer) -> Vec<(IssuedId, Option<String>)> {
    let list = issuer.listing().unwrap().list().await.unwrap();
    list.into_iter().map(|listed| (listed.id, listed.label)).collect()
}
