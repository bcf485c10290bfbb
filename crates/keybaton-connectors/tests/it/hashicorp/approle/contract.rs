//! The contract of every issuer, by a token that may do no more than `docs/howto` says.

use keybaton_seal::SecretValue;
use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::server::OpenBao;
use serde_json::json;

use super::rig::{Rig, build};
use crate::bench::{self, with};

fn policy(role: &str) -> String {
    format!(
        r#"
path "auth/approle/role/{role}/secret-id" {{ capabilities = ["create", "update", "list"] }}
path "auth/approle/role/{role}/secret-id/lookup" {{ capabilities = ["create", "update"] }}
path "auth/approle/role/{role}/secret-id-accessor/*" {{ capabilities = ["create", "update"] }}
path "auth/token/accessors" {{ capabilities = ["list", "sudo"] }}
path "auth/token/accessors/*" {{ capabilities = ["list", "sudo"] }}
path "auth/token/lookup-accessor" {{ capabilities = ["create", "update"] }}
path "auth/token/revoke-accessor" {{ capabilities = ["create", "update"] }}
"#
    )
}

fn subject(bao: &OpenBao) -> Subject {
    let rig = Rig::new(bao);
    let own: SecretValue = bao.token(&rig.role, &policy(&rig.role), "1h");
    let here = rig.settings(&json!({}));
    let away = with(here.clone(), &json!({ "url": "http://127.0.0.1:1" }));
    bench::subject(build, rig.probe(), (&here, &away), &own)
}

#[tokio::test]
async fn secret_ids_keep_the_contract() {
    let Some(bao) = OpenBao::shared().await else { return };
    issuer_contract(async || subject(bao)).await;
}
