//! The command `alert`, and what is said of a channel that fails.

use serde_json::json;

use super::{receiver::Receiver, telling::told};
use crate::stage::{Bench, SECRET};

#[tokio::test]
async fn a_test_is_raised_and_resolved_and_leaves_nothing_open() {
    let ops = Receiver::answering(200).await;
    let bench = told(&ops.url).await;
    let tested = bench.run("alert test ops --json").await.exits(0).json();
    assert_eq!((&tested["schema"], &tested["taken"]), (&"keybaton/alert-test/v1".into(), &true.into()));
    let standings: Vec<_> = ops.came().iter().map(|event| event["data"]["standing"].clone()).collect();
    assert_eq!(standings, [json!("raised"), json!("resolved")]);
    bench.run("alert test ops").await.exits(0).says(&["raised", "resolved"]).hides("canary-of-a-url");
    let listed = bench.run("alert list --json").await.exits(0).json();
    assert_eq!((&listed["schema"], &listed["alerts"]), (&"keybaton/alerts/v1".into(), &json!([])));
}

#[tokio::test]
async fn a_channel_that_fails_says_so_in_its_test_and_a_channel_that_there_is_not_is_a_mistake() {
    let ops = Receiver::answering(410).await;
    let bench = told(&ops.url).await;
    bench.run("alert test ops").await.exits(1).says(&["410", "hint: "]).hides("canary-of-a-url");
    bench.run("alert test opps").await.exits(2).explains().says(&["there is no channel opps", "ops"]);
}

#[tokio::test]
async fn a_channel_that_fails_shows_in_status_and_doctor() {
    let ops = Receiver::answering(503).await;
    let bench = told(&ops.url).await;
    bench.run("status --check").await.exits(0);
    bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    bench.sql("UPDATE channel SET failed_us = 0").await;
    bench.sql("UPDATE told SET next_us = 0").await;
    bench.run("tick").await.exits(0);
    let status = bench.run("status --json").await.exits(0).json();
    let said = status["alerts"][0].as_str().unwrap().to_owned();
    assert!(said.contains("on the channel ops") && said.contains("503"), "{status}");
    bench.run("status --check").await.exits(1).says(&["alert: alerts do not get through on the channel ops"]);
    bench.run("alert list").await.exits(0).prints(&["✗ failing"]).says(&["the channel ops does not get through"]);
    let doctor = bench.run("doctor").await;
    assert!(doctor.out.contains("KB-ALR-001"), "{}", doctor.transcript());
}

#[tokio::test]
async fn work_that_nobody_does_is_said_by_status_and_told_by_the_next_tick() {
    let ops = Receiver::answering(200).await;
    let bench = told(&ops.url).await;
    bench.sql("INSERT INTO ask (secret_id, no, wanted, asker, at_us) SELECT id, 900, '{\"rotate\":\"asked\"}', 'ann', 0 FROM secret").await;
    bench.sql("UPDATE pulse SET last_us = 0").await;
    bench.run("status --check").await.exits(1).says(&["no engine was alive for"]);
    bench.run("tick").await;
    ops.until(|event| event["data"]["kind"] == "scheduler-dead").await;
    let after = bench.run("status --json").await.exits(0).json();
    assert_eq!(after["alerts"], json!([]));
}

#[tokio::test]
async fn a_url_in_the_configuration_is_refused_and_never_repeated() {
    let mut bench = Bench::adopted().await;
    bench.agree("alerts = [\"ops\"]\n[alert.ops]\ntype = \"slack\"\nurl = \"https://hooks.example/canary-77\"");
    for line in ["status", "config check", "alert list"] {
        bench.run(line).await.exits(2).explains().hides("canary-77").says(&["env = "]);
    }
}
