//! A secret of an emulator, and what anybody does there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keybaton_connectors::registry;
use keybaton_ports::Vault;
use keybaton_testkit::server::{Aws, AwsKey};
use serde_json::{Value, json};

use crate::bench::with;
pub(super) use crate::publishing::{follow, publish, secret, serves};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A name that no other test has.
pub(in crate::aws) fn fresh(test: &str) -> String {
    format!("{test}/{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The settings of a vault by a key.
pub(in crate::aws) fn settings(url: &str, key: &AwsKey, more: &Value) -> Value {
    let key = json!({ "id": key.id, "secret": { "env": "UNUSED" } });
    with(json!({ "region": "us-east-1", "endpoint": url, "access_key": key }), more)
}

/// The vault of a name at an address.
pub(in crate::aws) fn vault(url: &str, key: &AwsKey, name: &str, more: &Value) -> Arc<dyn Vault> {
    let built = registry::vault("aws-secrets-manager", &settings(url, key, more)).unwrap().unwrap();
    built.build(&secret(), name, vec![key.secret()]).unwrap()
}

/// The same by the key that may do everything.
pub(super) fn of(aws: &Aws, name: &str, more: &Value) -> Arc<dyn Vault> {
    vault(&aws.url(), aws.root(), name, more)
}

/// What somebody reads under a label.
pub(super) fn read(aws: &Aws, name: &str, label: &str) -> Option<String> {
    let (_, answer) = aws.secrets(aws.root(), "GetSecretValue", &json!({ "SecretId": name, "VersionStage": label }));
    Some(answer["SecretString"].as_str()?.to_owned())
}

/// Writes a version as anybody would, over whatever is there.
pub(super) fn put(aws: &Aws, name: &str, text: &str) {
    let (status, _) = aws.secrets(aws.root(), "DescribeSecret", &json!({ "SecretId": name }));
    match status {
        200 => aws
            .tell("PutSecretValue", &json!({ "SecretId": name, "SecretString": text, "ClientRequestToken": token() })),
        _ => aws.tell("CreateSecret", &json!({ "Name": name, "SecretString": text, "ClientRequestToken": token() })),
    };
}

/// A request token that nobody had yet.
fn token() -> String {
    format!("00000000-0000-4000-8000-{:012}", NEXT.fetch_add(1, Ordering::Relaxed))
}
