//! A whole rotation, with every command on the way.

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn a_key_is_rotated_and_the_old_one_is_refused_afterwards() {
    let bench =
        Bench::with("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"2s\", every = \"500ms\" }").await;
    bench.run(&format!("plan {SECRET}")).await.exits(0).prints(&["could be rotated now", "No way back", OLD_ID]);
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    for phase in ["draining", "watching", "done"] {
        assert!(ended.err.contains(phase), "no {phase} in\n{}", ended.transcript());
    }
    assert_eq!(ended.out, "");
    bench.assert_whole().await;
    assert!(!bench.service.lets_in(OLD_VALUE).await);
    let told = bench.run(&format!("explain {SECRET}")).await.exits(0);
    told.prints(&["What happens next", "What is safe now"]);
}

#[tokio::test]
async fn consumers_that_read_again_are_never_refused() {
    let bench = Bench::adopted().await;
    let rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    let mut rotate = Box::pin(rotate.ended());
    let mut calls = 0;
    let ended = loop {
        tokio::select! {
            ended = &mut rotate => break ended,
            value = bench.value() => {
                assert!(bench.service.lets_in(&value).await, "call {calls} was refused");
                calls += 1;
            }
        }
    };
    ended.exits(0);
    assert!(calls > 0, "nobody called during the rotation");
    bench.assert_whole().await;
}

#[tokio::test]
async fn the_end_of_a_rotation_is_one_document() {
    let bench = Bench::adopted().await;
    let rotated = bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0).json();
    assert_eq!(rotated["schema"], "keybaton/rotation/v1");
    assert_eq!(rotated["rotation"], "payments.prod.1");
    assert_eq!(rotated["outcome"], "done");
    assert_eq!((&rotated["from"], &rotated["to"]), (&1.into(), &2.into()));
    let planned = bench.run(&format!("plan {SECRET} --json")).await.exits(0).json();
    assert_eq!(rotated["grade"], planned["grade"], "the plan promised another grade");
}

#[tokio::test]
async fn versions_grow_and_every_step_is_in_the_audit() {
    let bench = Bench::adopted().await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(bench.status().await["version"], 3);
    let got = bench.run(&format!("get {SECRET} --reveal --json")).await.exits(0).json();
    assert_eq!((&got["schema"], &got["version"]), (&"keybaton/get/v1".into(), &3.into()));
    let rows = bench.run(&format!("audit export {SECRET}")).await.exits(0);
    let rows: Vec<serde_json::Value> = rows.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> = rows.iter().map(|row| row["no"].as_u64().unwrap()).collect();
    assert!(numbers.iter().zip(1..).all(|(no, at)| *no == at), "{numbers:?}");
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_secret_without_a_version_gets_its_first_key() {
    let bench =
        Bench::bare("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(bench.status().await["version"], 1);
    assert!(bench.service.lets_in(&bench.value().await).await);
    assert!(bench.service.lets_in(OLD_VALUE).await, "a key that is not ours was touched");
}

#[tokio::test]
async fn all_secrets_are_rotated_in_one_command() {
    let bench = Bench::adopted().await;
    bench.run("rotate --all --wait").await.exits(0);
    bench.assert_whole().await;
}
