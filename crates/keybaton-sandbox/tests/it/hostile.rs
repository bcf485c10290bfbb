//! Answers that no client should swallow; the effect has happened.

use std::time::{Duration, Instant};

use keybaton_sandbox::{Dialect, Fault, Operation, Options};
use serde_json::Value;

use crate::rig::{ADMIN, Rig, soon};

async fn create_with(dialect: Dialect, fault: Fault) -> (Rig, String) {
    let rig = Rig::start(dialect).await;
    rig.sandbox.state().push_fault(Operation::Create, fault);
    let response = rig.create_request("a").send().await.unwrap();
    assert!(response.status().is_success());
    let body = response.text().await.unwrap();
    assert_eq!(rig.sandbox.state().live_ids().len(), 1);
    (rig, body)
}

#[tokio::test]
async fn broken_json_does_not_parse() {
    for dialect in Dialect::ALL {
        let (_rig, body) = create_with(dialect, Fault::BrokenJson).await;
        assert!(serde_json::from_str::<Value>(&body).is_err(), "{dialect}");
    }
}

#[tokio::test]
async fn a_missing_field_leaves_the_rest() {
    let missing = |field: Option<&str>| Fault::MissingField { field: field.map(str::to_owned) };
    for (dialect, fields) in [
        (Dialect::Acme, ["/id", "/secret"]),
        (Dialect::Nested, ["/result/credential/ref", "/result/credential/material/token"]),
        (Dialect::Array, ["/id", "/key"]),
    ] {
        let (_rig, body) = create_with(dialect, missing(None)).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(fields.map(|field| body.pointer(field).is_some()), [true, false], "{dialect}");
    }
    let (_rig, body) = create_with(Dialect::Acme, missing(Some("id"))).await;
    assert!(!body.contains("\"id\"") && body.contains("\"secret\""));
}

#[tokio::test]
async fn wrong_types_keep_the_shape() {
    let (_rig, body) = create_with(Dialect::Acme, Fault::WrongTypes).await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert!(body["id"].is_object() && body["secret"].is_object());
    let rig = Rig::start(Dialect::Array).await;
    rig.create("a").await;
    rig.sandbox.state().push_fault(Operation::List, Fault::WrongTypes);
    let list: Value = rig.list_request().send().await.unwrap().json().await.unwrap();
    assert!(list[0]["id"].is_array());
}

#[tokio::test]
async fn an_empty_answer_can_be_garbled_too() {
    for fault in [Fault::WrongTypes, Fault::BrokenJson, Fault::MissingField { field: None }] {
        let rig = Rig::start(Dialect::Acme).await;
        let made = rig.create("a").await;
        rig.sandbox.state().push_fault(Operation::Destroy, fault.clone());
        assert!(rig.destroy(&made.id).await.is_success(), "{fault:?}");
        assert_eq!(rig.work(&made.value).await, 401, "{fault:?}");
    }
}

#[tokio::test]
async fn a_huge_body_is_valid_for_those_who_read_it_all() {
    let (rig, body) = create_with(Dialect::Acme, Fault::HugeBody { bytes: 3_000_000 }).await;
    assert!(body.len() > 3_000_000);
    let made = rig.made(&serde_json::from_str(&body).unwrap());
    assert_eq!(rig.work(&made.value).await, 200);
}

#[tokio::test]
async fn a_huge_body_that_nobody_reads_does_not_keep_the_sandbox_alive() {
    let rig = Rig::start(Dialect::Acme).await;
    rig.sandbox.state().push_fault(Operation::Create, Fault::HugeBody { bytes: u64::MAX });
    let unread = rig.create_request("a").send().await.unwrap();
    soon(rig.sandbox.stop()).await;
    drop(unread);
}

#[tokio::test]
async fn a_slow_drip_ends_by_itself() {
    let start = Instant::now();
    let (rig, body) = create_with(Dialect::Acme, Fault::SlowDrip { every_ms: 10, for_ms: 100 }).await;
    assert!(start.elapsed() >= Duration::from_millis(100));
    let made = rig.made(&serde_json::from_str(&body).unwrap());
    assert_eq!(rig.work(&made.value).await, 200);
}

#[tokio::test]
async fn an_error_can_echo_the_admin_credential() {
    let rig = Rig::start(Dialect::Acme).await;
    rig.sandbox.state().push_fault(Operation::List, Fault::EchoAdmin);
    assert!(rig.list_request().send().await.unwrap().text().await.unwrap().contains(ADMIN));
}

#[tokio::test]
async fn the_next_page_can_lead_astray() {
    let rig = Rig::with(Options { page_size: 1, ..Options::new(ADMIN) }).await;
    rig.create("a").await;
    rig.create("b").await;
    rig.sandbox.state().push_fault(Operation::List, Fault::ForeignNext);
    let page: Value = rig.list_request().send().await.unwrap().json().await.unwrap();
    assert!(page["page"]["next"].as_str().unwrap().starts_with("http://elsewhere.invalid/"));
    rig.sandbox.state().push_fault(Operation::List, Fault::LoopingNext);
    assert_eq!(rig.pages().await.iter().map(|page| page[0].label.clone()).collect::<Vec<_>>(), ["a", "a", "b"]);
}
