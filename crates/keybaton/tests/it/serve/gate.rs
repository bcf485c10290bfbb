//! The gate with real readers: who stays in the way, and what clears each.

use crate::serve::house::House;
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

/// A second of overlap and of watch; then everybody has to have moved.
const TERMS: &str = r#"
overlap = { min = "1s", max = "1h" }
watch = { for = "1s", every = "500ms", failures = 2 }
"#;

/// The same, with a lease of about three seconds.
const SHORT: &str = r#"
overlap = { min = "1s", max = "1h" }
watch = { for = "1s", every = "500ms", failures = 2 }
ttl = "1s"
max_stale = "1s"
max_request = "1s"
"#;

#[tokio::test]
async fn a_plain_reader_stays_a_straggler_until_it_uses_the_new_key() {
    let house = House::with(TERMS).await;
    let old = house.value("web-1", "").await;
    assert_eq!((&old["version"], &old["value"]), (&1.into(), &OLD_VALUE.into()));
    house.bench.run(&format!("rotate {SECRET}")).await.exits(0);
    let new = house.value("web-1", "?after_version=1&wait=30s").await;
    assert_eq!(new["version"], 2);
    assert_ne!(new["value"], OLD_VALUE);
    // everything but the evidence is over, and still the old key lives
    house.told("witness", |value| value["retiring"] == serde_json::json!([1])).await;
    let status = house.bench.status().await;
    let stragglers = &status["consumers"]["stragglers"];
    assert_eq!((&stragglers[0]["consumer"], &stragglers[0]["instance"]), (&"web".into(), &"web-1".into()), "{status}");
    assert!(stragglers[0]["last"].is_string());
    house.bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["web/web-1 had", "has not shown"]);
    house.bench.run(&format!("consumers list {SECRET}")).await.exits(0).prints(&["web-1"]).says(&["web/web-1 had"]);
    house.bench.run("status").await.exits(0).says(&["waits: payments/prod: web/web-1 had", "has not shown"]);
    assert!(house.bench.service.lets_in(OLD_VALUE).await);
    house.tell("web-1", 2, "used").await;
    house.destroyed(OLD_ID).await;
    house.end().await;
}

#[tokio::test]
async fn a_holder_that_erases_the_old_key_is_not_waited_for() {
    let house = House::with(TERMS).await;
    house.told("agent-1", |value| value["version"] == 1).await;
    house.bench.run(&format!("rotate {SECRET}")).await.exits(0);
    house.told("agent-1", |value| value["retiring"] == serde_json::json!([1])).await;
    assert!(house.bench.service.lets_in(OLD_VALUE).await);
    house.tell("agent-1", 1, "dropped").await;
    house.destroyed(OLD_ID).await;
    house.told("agent-1", |value| value["condemned"] == serde_json::json!([1])).await;
    house.end().await;
}

#[tokio::test]
async fn a_lease_that_is_over_clears_its_holder() {
    let house = House::with(SHORT).await;
    house.told("agent-1", |value| value["version"] == 1).await;
    house.bench.run(&format!("rotate {SECRET}")).await.exits(0);
    house.destroyed(OLD_ID).await;
    house.end().await;
}
