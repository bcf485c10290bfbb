//! `pause` and `resume`: what begins, and what goes on.

use crate::stage::{Bench, SECRET};

const TERMS: &str = "every = \"1s\"\nowner = \"team-payments\"\n\
    overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn a_paused_schedule_starts_nothing_and_is_caught_up_once_when_it_goes_on() {
    let bench = Bench::with(TERMS).await;
    let paused = bench.run(&format!("pause {SECRET} --until 7d --reason fair --json")).await.exits(0).json();
    assert_eq!((&paused["schema"], &paused["scope"]), (&"keybaton/pause/v1".into(), &"secret".into()));
    assert_eq!((&paused["name"], &paused["secrets"][0]), (&SECRET.into(), &SECRET.into()));
    assert_eq!((&paused["reason"], &paused["running"]), (&"fair".into(), &serde_json::json!([])));
    bench.run("tick").await.exits(0).says(&["Nothing was due"]);
    let row = bench.status().await;
    assert_eq!((&row["paused"]["until"], &row["due"]), (&paused["until"], &false.into()));
    assert!(row["next_rotation"].as_str() >= paused["until"].as_str(), "{row}");
    bench.run("status").await.exits(0).prints(&["paused until 20"]);
    bench
        .run(&format!("explain {SECRET}"))
        .await
        .exits(0)
        .prints(&["are paused by tester", "keybaton resume payments/prod"]);
    bench.run(&format!("plan {SECRET}")).await.exits(1).prints(&["paused until", "fair"]);
    bench.run(&format!("audit tail {SECRET}")).await.exits(0).prints(&["tester", "are paused until", "fair"]);
    let resumed = bench.run(&format!("resume {SECRET} --json")).await.exits(0).json();
    assert_eq!((&resumed["schema"], &resumed["over"]), (&"keybaton/resume/v1".into(), &false.into()));
    while bench.book().await.rotations() == 0 {
        bench.run("tick").await.exits(0);
    }
    assert_eq!(bench.book().await.rotations(), 1);
}

#[tokio::test]
async fn a_rotation_that_is_asked_for_is_refused_and_an_emergency_is_not() {
    let bench = Bench::with(TERMS).await;
    bench
        .run("pause --owner team-payments --until 7d")
        .await
        .exits(0)
        .says(&["every secret of team-payments", "(1 secret)"]);
    let refused = bench.run(&format!("rotate {SECRET}")).await.exits(1).explains();
    refused.says(&["paused by tester", "keybaton resume --owner team-payments", "--reason leaked"]);
    assert!(!bench.book().await.is_busy());
    bench
        .run(&format!("resume {SECRET}"))
        .await
        .exits(1)
        .explains()
        .says(&["together with every secret of team-payments"]);
    bench.run(&format!("rotate {SECRET} --reason leaked --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_rotation_that_runs_goes_on_through_a_pause() {
    let terms = "overlap = { min = \"2s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";
    let bench = Bench::with(terms).await;
    bench.rotate_until("draining").await;
    let paused = bench.run("pause --all --until 2d").await.exits(0);
    paused.says(&["goes on", "the rotation of payments/prod runs"]);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
    bench.run("resume --all").await.exits(0);
    bench.run("resume --all").await.exits(1).explains().says(&["there is no pause of every secret"]);
}

#[tokio::test]
async fn a_pause_that_is_over_is_an_alert_until_somebody_says_that_they_know() {
    let bench = Bench::with("overlap = { min = \"1s\", until = \"time\" }").await;
    bench.run(&format!("pause {SECRET} --until 1s --reason fair")).await.exits(0);
    while bench.status().await["paused"].is_object() {}
    let alert = "the pause of payments/prod by tester (uid ";
    let told = bench.run("status --check").await.exits(1).says(&[alert, "(fair) ended at 20"]);
    assert!(!told.out.contains("paused"), "{}", told.transcript());
    bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["to acknowledge that the pause is over"]);
    bench.run(&format!("resume {SECRET}")).await.exits(0).says(&["was over already"]);
    assert_eq!(bench.status().await["alerts"], serde_json::json!([]));
    bench.run("audit verify").await.exits(0);
}

#[tokio::test]
async fn a_pause_needs_an_end_that_is_near_and_something_to_cover() {
    let bench = Bench::with(TERMS).await;
    bench.run(&format!("pause {SECRET}")).await.exits(2).explains().says(&["a pause needs an end", "--until 7d"]);
    bench.run(&format!("pause {SECRET} --until 91d")).await.exits(2).explains().says(&["at most 90 days"]);
    bench.run(&format!("pause {SECRET} --until 2001-01-01")).await.exits(2).explains().says(&["over already"]);
    bench.run(&format!("pause {SECRET} --until soon")).await.exits(2).says(&["--until"]);
    bench.run("pause --until 7d").await.exits(2).explains();
    bench.run(&format!("pause {SECRET} --all --until 7d")).await.exits(2).explains();
    bench
        .run("pause --owner team-x --until 7d")
        .await
        .exits(2)
        .explains()
        .says(&["no secret has the owner", "team-payments"]);
    bench.run("pause nobody/prod --until 7d").await.exits(2).says(&["nobody/prod is not in the configuration"]);
    assert_eq!(bench.status().await["paused"], serde_json::Value::Null);
}
