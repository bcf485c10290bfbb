//! A user of an emulator, and the connector that makes its keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::{Create, Created, Issuer, Listed, Presented, Probe, Verdict};
use keybaton_seal::SecretValue;
use keybaton_testkit::server::{Aws, AwsKey};
use keybaton_types::IssuedId;
use serde_json::{Value, json};

use crate::bench::{label, secret, with};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A user.
pub(in crate::aws) struct Rig<'a> {
    pub(in crate::aws) aws: &'a Aws,
    pub(in crate::aws) user: String,
    /// The key of keybaton's own, which may do what `docs/howto` says.
    pub(in crate::aws) own: AwsKey,
}

/// What keybaton's own key may do: with the keys of one user, and nothing beside them.
fn policy(resource: &str) -> String {
    let actions = [
        "CreateAccessKey",
        "DeleteAccessKey",
        "UpdateAccessKey",
        "ListAccessKeys",
        "ListUserTags",
        "TagUser",
        "UntagUser",
    ];
    let actions = actions.map(|action| format!("iam:{action}"));
    // At AWS this one action is about the user too; ministack knows it for everything only.
    let used = json!({ "Effect": "Allow", "Action": "iam:GetAccessKeyLastUsed", "Resource": "*" });
    let keys = json!({ "Effect": "Allow", "Action": actions, "Resource": resource });
    json!({ "Version": "2012-10-17", "Statement": [keys, used] }).to_string()
}

impl<'a> Rig<'a> {
    /// A user of its own.
    pub(in crate::aws) fn new(aws: &'a Aws) -> Self {
        let no = NEXT.fetch_add(1, Ordering::Relaxed);
        let user = format!("app-{no}");
        let policy = policy(&format!("arn:aws:iam::*:user/{user}"));
        Self::with(aws, user, &policy)
    }

    /// The same by a key that may manage everybody's: moto knows leave for everything only.
    pub(in crate::aws) fn at_moto(aws: &'a Aws) -> Self {
        let user = format!("app-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        Self::with(aws, user, &policy("*"))
    }

    fn with(aws: &'a Aws, user: String, policy: &str) -> Self {
        let keeper = format!("keybaton-of-{user}");
        aws.user(&user, None);
        aws.user(&keeper, Some(policy));
        let own = aws.access_key(&keeper);
        Self { aws, user, own }
    }

    /// The settings of its issuer at an address.
    pub(in crate::aws) fn settings(&self, url: &str, more: &Value) -> Value {
        let key = json!({ "id": self.own.id, "secret": { "env": "UNUSED" } });
        with(json!({ "user": self.user, "endpoint": url, "access_key": key, "propagation": "0s" }), more)
    }

    /// Its issuer.
    pub(in crate::aws) fn issuer(&self, more: &Value) -> Arc<dyn Issuer> {
        self.issuer_at(&self.aws.url(), more)
    }

    /// Its issuer at an address.
    pub(in crate::aws) fn issuer_at(&self, url: &str, more: &Value) -> Arc<dyn Issuer> {
        build(&self.settings(url, more), self.own.secret())
    }

    /// Its probe.
    pub(in crate::aws) fn probe(&self) -> Arc<dyn Probe> {
        probe_at(&self.aws.url())
    }

    pub(in crate::aws) async fn verdict(&self, created: &Created) -> Verdict {
        verdict(&*self.probe(), created).await
    }

    /// The ids of its keys, as AWS tells them.
    pub(in crate::aws) fn ids(&self) -> Vec<String> {
        let answer = self.aws.run("ListAccessKeys", &[("UserName", &self.user)]);
        let parts = answer.split("<AccessKeyId>").skip(1);
        parts.map(|part| part.split_once('<').unwrap().0.to_owned()).collect()
    }
}

/// The probe at an address.
pub(in crate::aws) fn probe_at(url: &str) -> Arc<dyn Probe> {
    let settings = json!({ "aws-iam": "us-east-1", "endpoint": url });
    registry::probe("aws-iam", &settings).unwrap().unwrap().build(Vec::new()).unwrap()
}

pub(in crate::aws) async fn verdict(probe: &dyn Probe, created: &Created) -> Verdict {
    let value = created.value.as_ref().unwrap();
    probe.probe(Presented { secret: &secret(), id: &created.id, value }).await.unwrap()
}

/// The issuer of these settings.
pub(in crate::aws) fn build(settings: &Value, own: SecretValue) -> Arc<dyn Issuer> {
    let built = registry::issuer("aws-iam", settings).unwrap().unwrap();
    built.build(&secret(), vec![own]).unwrap()
}

/// Makes a key.
pub(in crate::aws) async fn make(issuer: &dyn Issuer, seq: u64) -> Created {
    issuer.create(Create { secret: &secret(), label: &label(seq), value: None, taken: &[] }).await.unwrap()
}

/// The entry of a key in the list.
pub(in crate::aws) async fn listed(issuer: &dyn Issuer, id: &IssuedId) -> Option<Listed> {
    let list = issuer.listing().unwrap().list().await.unwrap();
    list.into_iter().find(|listed| listed.id == *id)
}
