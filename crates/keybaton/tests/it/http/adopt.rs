//! Taking over a key that was there before, without changing it.

use keybaton_sandbox::Operation;

use crate::stage::{ADMIN, Bench, OLD_ID, OLD_VALUE, SECRET};

const TERMS: &str = "overlap = { until = \"time\" }";

#[tokio::test]
async fn a_key_is_taken_over_from_standard_input_and_nothing_is_changed() {
    let bench = Bench::bare(TERMS).await;
    let before = bench.service.state().keys();
    bench.adopt().await.exits(0).says(&["nothing was changed at the issuer", "created 20"]).hides(OLD_VALUE);
    let changes = [Operation::Create, Operation::Disable, Operation::Enable, Operation::Destroy];
    assert!(changes.iter().all(|operation| bench.service.state().calls(*operation) == 0));
    let after = bench.service.state().keys();
    assert_eq!((before.len(), &before[0].label), (after.len(), &after[0].label));
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_key_is_taken_over_from_a_variable() {
    let mut bench = Bench::bare(TERMS).await;
    bench.keybaton.set("OLD_KEY", OLD_VALUE);
    bench.run(&format!("adopt {SECRET} --id {OLD_ID} --from env:OLD_KEY")).await.exits(0).hides(OLD_VALUE);
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_key_is_taken_over_from_a_file_and_told_as_a_document() {
    let bench = Bench::bare(TERMS).await;
    bench.keybaton.write("old.key", &format!("{OLD_VALUE}\n"));
    let line = format!("adopt {SECRET} --id {OLD_ID} --from file:old.key --json");
    let adopted = bench.run(&line).await.exits(0).hides(OLD_VALUE).json();
    assert_eq!(adopted["schema"], "keybaton/adopted/v1");
    assert_eq!((&adopted["version"], &adopted["proven"]), (&1.into(), &true.into()));
    assert!(adopted["created"].as_str().unwrap().starts_with("20"), "{adopted}");
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_value_that_the_probe_refuses_is_not_stored() {
    let bench = Bench::bare(TERMS).await;
    let line = format!("adopt {SECRET} --id {OLD_ID}");
    bench.keybaton.feed(&line, "not-the-value").await.exits(1).explains().hides("not-the-value").hides(ADMIN);
    assert_eq!(bench.status().await["version"], serde_json::Value::Null);
    bench.keybaton.feed(&format!("{line} --unproven"), OLD_VALUE).await.exits(0);
}

#[tokio::test]
async fn a_key_that_is_managed_already_is_not_taken_over_again() {
    let bench = Bench::with(TERMS).await;
    bench.adopt().await.exits(1).explains().says(&["managed already"]);
}

#[tokio::test]
async fn an_empty_value_is_refused() {
    let bench = Bench::bare(TERMS).await;
    let ended = bench.keybaton.feed(&format!("adopt {SECRET} --id {OLD_ID}"), "\n").await;
    ended.exits(2).explains().says(&["the value is empty"]);
}
