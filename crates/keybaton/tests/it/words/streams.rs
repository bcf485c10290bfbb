//! Data goes to stdout, words go to stderr.

use crate::stage::{Bench, SECRET};

#[tokio::test]
async fn commands_that_change_something_print_no_data_unless_asked() {
    let bench = Bench::adopted().await;
    let lines =
        ["init", &format!("rotate {SECRET} --wait"), "tick", "audit verify", &format!("consumers list {SECRET}")];
    for line in lines {
        let ended = bench.run(line).await.exits(0);
        assert_eq!(ended.out, "", "{}", ended.transcript());
        assert_ne!(ended.err, "", "{}", ended.transcript());
    }
}

#[tokio::test]
async fn every_document_is_one_line_of_json_with_its_schema() {
    let bench = Bench::adopted().await;
    let documents = [
        ("init", "init/v1"),
        ("status", "status/v1"),
        (&format!("plan {SECRET}"), "plan/v1"),
        (&format!("explain {SECRET}"), "explain/v1"),
        (&format!("get {SECRET} --reveal"), "get/v1"),
        (&format!("consumers list {SECRET}"), "consumers/v1"),
        ("tick", "tick/v1"),
        ("audit verify", "audit-verify/v1"),
    ];
    for (line, schema) in documents {
        let ended = bench.run(&format!("{line} --json")).await.exits(0);
        assert_eq!(ended.json()["schema"], format!("keybaton/{schema}"), "{}", ended.transcript());
        assert_eq!(ended.out.lines().count(), 1, "{}", ended.transcript());
    }
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::adopted().await;
    let line = format!("{} status | true", env!("CARGO_BIN_EXE_keybaton"));
    let ended = bench.keybaton.run_under(&["sh", "-c", &line], "").await.exits(0);
    assert!(!ended.err.contains("panicked"), "{}", ended.transcript());
}
