//! A real Prometheus whose rule fires, and a real Alertmanager that tells keybaton.

use std::time::Duration;

use super::{
    metrics::Metrics,
    prometheus::Prometheus,
    real::{TERMS, is_stormy},
};
use crate::{
    fault::rig::until,
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

#[tokio::test]
async fn an_alert_manager_makes_both_keys_be_tried_and_rolls_nothing_back() {
    if keybaton_testkit::server::skipped() {
        return;
    }
    let (bench, metrics) = (Bench::with(TERMS).await, Metrics::default());
    let (_serve, url) = serve(&bench).await;
    let made = bench.run(&format!("token create --signal alertmanager --secret {SECRET}")).await.exits(0);
    let manager = Prometheus::manager(&url, made.out.trim_end()).await.unwrap();
    let _prometheus = Prometheus::alerting(metrics.serve().await, &manager).await.unwrap();
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    until(&bench, "the drain", |row| row["phase"] == "draining").await;
    let stormed = async {
        while !is_stormy(&bench).await {
            metrics.count("shop", "1", 30, 30);
        }
    };
    tokio::time::timeout(Duration::from_secs(90), stormed).await.expect("nobody was told of the storm");
    let row = bench.status().await;
    assert_eq!((&row["version"], &row["phase"]), (&2.into(), &"draining".into()), "an alarm rolled it back");
    assert!(bench.service.lets_in(OLD_VALUE).await);
    let over = async { while is_stormy(&bench).await {} };
    tokio::time::timeout(Duration::from_secs(90), over).await.expect("the storm is never over");
}

#[tokio::test]
async fn an_alarm_that_is_forged_or_replayed_is_refused() {
    let bench = Bench::with(TERMS).await;
    let (_serve, url) = serve(&bench).await;
    let teller = bench.run(&format!("token create --signal am --secret {SECRET}")).await.exits(0).out;
    let reader = bench.run(&format!("token create --consumer b --secret {SECRET}")).await.exits(0).out;
    let push = async |token: &str, status: &str| {
        let labels = serde_json::json!({ "alertname": "Refused", "secret": "payments", "env": "prod" });
        let alert = serde_json::json!({ "status": status, "labels": labels, "startsAt": "2026-01-05T12:00:00Z",
            "fingerprint": "3f2a9c0011223344" });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let pushed = client.post(format!("{url}/v1/signals/alertmanager")).bearer_auth(token.trim());
        let body = serde_json::json!({ "version": "4", "alerts": [alert] });
        pushed.json(&body).send().await.unwrap().status().as_u16()
    };
    for (token, status, answer) in [
        ("kbt_forged", "firing", 401),
        (reader.as_str(), "firing", 403),
        (teller.as_str(), "firing", 204),
        (teller.as_str(), "resolved", 204),
        (teller.as_str(), "firing", 409),
    ] {
        assert_eq!(push(token, status).await, answer, "{status}");
    }
    assert!(!is_stormy(&bench).await);
}

#[tokio::test]
async fn a_token_for_alarms_reads_nothing_and_is_listed_as_what_it_is() {
    let bench = Bench::with(TERMS).await;
    bench.run(&format!("token create --signal am --secret {SECRET}")).await.exits(0);
    bench.run("token create --signal am --secret payments/none").await.exits(2).explains();
    bench.run(&format!("token create --signal am --consumer b --secret {SECRET}")).await.exits(2);
    bench.run("token list").await.exits(0).prints(&["am (signal)"]);
    let listed = bench.run("token list --json").await.exits(0).json();
    assert_eq!((&listed["tokens"][0]["signal"], &listed["tokens"][0]["consumer"]), (&"am".into(), &().into()));
}
