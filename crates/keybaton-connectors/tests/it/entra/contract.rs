//! The contract of an issuer, with replicas that need a while.

use std::sync::Arc;
use std::time::Duration;

use keybaton_testkit::contract::{Subject, issuer_contract};
use serde_json::json;

use super::rig::Rig;
use crate::shared::{Probing, Shared};

/// How long the replicas need.
const LAG: Duration = Duration::from_secs(90);

async fn subject() -> Subject {
    let rig = Arc::new(Rig::new().await);
    rig.directory.desk().lag = LAG;
    let more = json!({ "propagation": "90s" });
    let stranger = json!({ "propagation": "90s", "login": {
        "tenant_id": "nowhere", "client_id": "nobody", "client_secret": { "env": "UNUSED" }, "authority": rig.directory.url(),
    } });
    let away = rig.at("https://127.0.0.1:1", &more);
    let own = keybaton_testkit::fake::OWN_SECRET;
    let (issuer, probe) = (rig.issuer(&more), rig.probe(&json!({})));
    let (wrong, unreachable) = (rig.issuer(&stranger), super::rig::built(&away, own));
    Subject {
        issuer: Box::new(Shared(issuer)),
        probe: Box::new(Probing(probe)),
        pass: Box::new(move |span| rig.directory.pass(span)),
        wrong_credential: Box::new(Shared(wrong)),
        unreachable: Box::new(Shared(unreachable)),
    }
}

#[tokio::test]
async fn passwords_of_an_application_keep_the_contract_of_an_issuer() {
    issuer_contract(subject).await;
}
