//! Steering and inspecting from another process.

use keybaton_sandbox::{Dialect, Fault, Operation, Queued, Scope, Steering};
use reqwest::Response;
use serde_json::{Value, json};

use crate::rig::{ADMIN, Rig};

async fn steer(rig: &Rig, body: Value) -> Response {
    rig.client.post(rig.url("/_sandbox/faults")).bearer_auth(ADMIN).json(&body).send().await.unwrap()
}

async fn report(rig: &Rig) -> String {
    let request = rig.client.get(rig.url("/_sandbox/keys")).bearer_auth(ADMIN);
    request.send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
}

#[tokio::test]
async fn faults_arrive_over_http_in_every_dialect() {
    for dialect in Dialect::ALL {
        let rig = Rig::start(dialect).await;
        let queue = json!([{ "operation": "create", "fault": { "kind": "error-done", "status": 503 }, "times": 2 }]);
        assert_eq!(steer(&rig, json!({ "queue": queue })).await.status(), 204);
        for _ in 0..2 {
            assert_eq!(rig.create_request("a").send().await.unwrap().status(), 503);
        }
        rig.create("a").await;
        assert_eq!(rig.sandbox.state().live_ids().len(), 3, "{dialect}");
    }
}

#[tokio::test]
async fn rules_change_over_http() {
    let rig = Rig::start(Dialect::Acme).await;
    let old = rig.create("a").await;
    let scope = json!({ "new": "forbidden", "keys": { &old.id: "unauthorized" } });
    assert_eq!(
        steer(&rig, json!({ "scope": scope, "max_credentials": 2, "revoke_lag_ms": 3_600_000 })).await.status(),
        204
    );
    let new = rig.create("b").await;
    assert_eq!((rig.work(&old.value).await, rig.work(&new.value).await), (401, 403));
    assert_eq!(rig.create_request("c").send().await.unwrap().status(), 409);
    rig.destroy(&new.id).await;
    assert_eq!(rig.health(&new.value).await, 200);
    assert_eq!(steer(&rig, json!({ "propagation_ms": 3_600_000 })).await.status(), 204);
    assert_eq!(rig.health(&old.value).await, 401);
}

#[tokio::test]
async fn waiting_faults_can_be_cleared() {
    let rig = Rig::start(Dialect::Acme).await;
    rig.sandbox.state().push_fault(Operation::Create, Fault::WrongAdmin);
    assert_eq!(steer(&rig, json!({ "clear": true })).await.status(), 204);
    rig.create("a").await;
}

#[tokio::test]
async fn a_request_that_can_not_be_done_changes_nothing() {
    let rig = Rig::start(Dialect::Acme).await;
    let unknown = json!({ "max_credentials": 0, "scope": { "keys": { "nobody": "forbidden" } } });
    assert_eq!(steer(&rig, unknown).await.status(), 404);
    assert_eq!(steer(&rig, json!({ "max_credentials": 0, "typo": 1 })).await.status(), 422);
    rig.create("a").await;
}

#[tokio::test]
async fn the_report_shows_counts_and_no_values() {
    let rig = Rig::start(Dialect::Nested).await;
    let made = rig.create("a").await;
    rig.work(&made.value).await;
    rig.sandbox.state().push_fault(Operation::List, Fault::Full);
    let text = report(&rig).await;
    assert!(!text.contains(&made.value) && !text.contains(ADMIN));
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["keys"][0]["id"], made.id);
    assert_eq!(report["keys"][0]["enabled"], true);
    assert_eq!(report["keys"][0]["counts"]["work"], json!({ "ok": 1, "refused": 0 }));
    assert_eq!(report["calls"], json!({ "create": 1 }));
    assert_eq!(report["faults"], json!({ "list": 1 }));
}

#[tokio::test]
async fn nothing_is_shown_or_steered_without_the_admin_token() {
    let rig = Rig::start(Dialect::Array).await;
    let keys = rig.client.get(rig.url("/_sandbox/keys"));
    assert_eq!(keys.send().await.unwrap().status(), 401);
    let faults = rig.client.post(rig.url("/_sandbox/faults")).bearer_auth("wrong").json(&json!({}));
    assert_eq!(faults.send().await.unwrap().status(), 401);
}

#[test]
fn the_json_of_steering_is_what_its_documentation_says() {
    let late = Queued { operation: Operation::Disable, fault: Fault::Late { after_ms: 5, status: 500 }, times: 1 };
    let read = |json: Value| serde_json::from_value::<Steering>(json);
    let given = json!({ "queue": [{ "operation": "disable", "fault": { "kind": "late", "after_ms": 5 } }] });
    assert_eq!(read(given).unwrap().queue, [late]);
    assert_eq!(read(json!({ "scope": { "new": "granted" } })).unwrap().scope.new, Some(Scope::Granted));
    assert!(read(json!({ "queue": [{ "operation": "disable", "fault": { "kind": "late" } }] })).is_err());
    assert!(
        read(json!({ "queue": [{ "operation": "list", "fault": { "kind": "late", "after_ms": 1, "x": 1 } }] }))
            .is_err()
    );
}
