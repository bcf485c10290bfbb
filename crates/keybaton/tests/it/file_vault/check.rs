//! A health check reads the file itself, as a consumer does.

use super::rig::{adopted, write};
use crate::stage::{OLD_VALUE, SECRET};

const TERMS: &str = "overlap = { until = \"time\" }";

#[tokio::test]
async fn what_stands_in_the_file_is_what_is_tried() {
    let bench = adopted(TERMS).await;
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(0).hides(OLD_VALUE).json();
    assert_eq!((&check["version"], &check["vault"]), (&1.into(), &"files".into()));
    write(&bench, "sk_by_somebody_else");
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(1).hides("sk_by_somebody_else").json();
    assert_eq!((&check["version"], &check["probe"]), (&serde_json::Value::Null, &"refused".into()));
    assert!(check["why"].as_str().unwrap().contains("a value that keybaton did not write"), "{check}");
}

#[tokio::test]
async fn a_file_that_is_gone_is_not_called_healthy() {
    let bench = adopted(TERMS).await;
    std::fs::remove_file(bench.keybaton.path("app.env")).unwrap();
    let ended = bench.run(&format!("check {SECRET}")).await;
    assert!(matches!(ended.code(), Some(1 | 3)), "{}", ended.transcript());
}
