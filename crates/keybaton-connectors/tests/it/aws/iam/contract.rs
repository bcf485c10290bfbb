//! The contract of every issuer, by a key that may do no more than `docs/howto` says.

use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_testkit::server::Aws;
use serde_json::{Value, json};

use super::rig::{Rig, build};
use crate::aws::front::Front;
use crate::bench;

fn subject(aws: &'static Aws, front: &Front, more: &Value) -> Subject {
    let rig = Rig::new(aws);
    let (here, away) = (rig.settings(&front.url(), more), rig.settings("http://127.0.0.1:1", more));
    bench::subject(build, rig.probe(), (&here, &away), &rig.own.secret())
}

#[tokio::test]
async fn access_keys_keep_the_contract() {
    let Some(aws) = Aws::ministack().await else { return };
    let front = Front::before(aws.port()).await;
    issuer_contract(async || subject(aws, &front, &json!({}))).await;
}

#[tokio::test]
async fn access_keys_without_marks_keep_the_contract_and_say_so() {
    let Some(aws) = Aws::ministack().await else { return };
    let front = Front::before(aws.port()).await;
    issuer_contract(async || subject(aws, &front, &json!({ "labels": "none", "last_used": "ignore" }))).await;
}
