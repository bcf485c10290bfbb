//! A grant is in the database before its value has left, and no version goes backwards.

use std::fs;

use keybaton_core::ledger::Seen;
use keybaton_types::CredentialNo;
use reqwest::StatusCode;
use rustix::process::Signal;
use serde_json::Value;

use crate::serve::house::House;
use crate::stage::SECRET;

const TERMS: &str = r#"
overlap = { min = "1s", max = "1h", until = "time" }
watch = { for = "1s", every = "500ms", failures = 2 }
"#;

#[tokio::test]
async fn a_grant_survives_the_server_that_gave_it() {
    let house = House::with(TERMS).await;
    house.told("agent-1", |value| value["version"] == 1).await;
    house.value("web-1", "").await;
    house.serve.signal(Signal::KILL);
    house.serve.ended().await;
    let book = house.bench.book().await;
    let grant = |instance: &str| book.sightings().iter().find(|seen| seen.instance == instance).unwrap();
    for instance in ["agent-1", "web-1"] {
        let grant = grant(instance);
        assert_eq!((grant.consumer.as_str(), grant.seen), ("web", Seen::Fetched));
        assert_eq!(grant.credential, Some(CredentialNo(1)));
    }
    assert!(grant("agent-1").lease_until.is_some_and(|until| until > grant("agent-1").last));
    assert_eq!(grant("web-1").lease_until, None);
}

#[tokio::test]
async fn a_server_over_an_old_copy_serves_nobody_a_lower_version() {
    let house = House::with(TERMS).await;
    house.bench.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let (path, old) = (house.bench.keybaton.path(".keybaton/state.db"), house.bench.keybaton.path("old"));
    fs::copy(&path, &old).unwrap();
    house.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(house.value("agent-1", "").await["version"], 2);
    house.serve.signal(Signal::KILL);
    let House { bench, .. } = house;
    for file in ["-wal", "-shm"] {
        drop(fs::remove_file(bench.keybaton.path(&format!(".keybaton/state.db{file}"))));
    }
    fs::copy(&old, &path).unwrap();
    let house = House::over(bench).await;
    let answer = house.read("agent-1", "?after_version=2&wait=1s").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(problem["type"], "older-state");
    house.bench.run("doctor").await.exits(1).prints(&["an old copy of the state was put back"]);
    let listed = house.bench.run(&format!("consumers list {SECRET}")).await.exits(0);
    listed.prints(&["agent-1"]);
    house.end().await;
}

#[tokio::test]
async fn a_restart_forgets_no_grant() {
    let house = House::with(TERMS).await;
    house.value("web-1", "").await;
    house.serve.signal(Signal::KILL);
    let house = house.restart().await;
    assert_eq!(house.value("web-1", "").await["version"], 1);
    assert_eq!(house.bench.status().await["consumers"]["instances"], 1);
    house.end().await;
}
