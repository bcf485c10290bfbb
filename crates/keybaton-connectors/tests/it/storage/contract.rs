//! The contract of an issuer, with replicas that need a while.

use std::sync::Arc;
use std::time::Duration;

use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::fake::OWN_SECRET;
use serde_json::json;

use super::rig::{Rig, built};
use crate::bench::with;
use crate::shared::{Probing, Shared};

/// How long the replicas need.
const LAG: Duration = Duration::from_secs(30);

async fn subject() -> Subject {
    let rig = Arc::new(Rig::new().await);
    rig.account.desk().lag = LAG;
    let more = json!({ "propagation": "30s", "spare": "key2" });
    let stranger = with(
        more.clone(),
        &json!({ "login": {
            "tenant_id": "nowhere", "client_id": "nobody", "client_secret": { "env": "UNUSED" },
            "authority": rig.account.url(),
        } }),
    );
    let away = rig.at("https://127.0.0.1:1", &more);
    let (issuer, probe) = (rig.issuer(&more), rig.probe(&json!({})));
    let (wrong, unreachable) = (rig.issuer(&stranger), built(&away, OWN_SECRET));
    Subject {
        issuer: Box::new(Shared(issuer)),
        probe: Box::new(Probing(probe)),
        pass: Box::new(move |span| rig.account.pass(span)),
        wrong_credential: Box::new(Shared(wrong)),
        unreachable: Box::new(Shared(unreachable)),
    }
}

#[tokio::test]
async fn keys_of_a_storage_account_keep_the_contract_of_an_issuer() {
    issuer_contract(subject).await;
}
