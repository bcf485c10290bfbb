//! An old copy of the state, put back: recognised, and nothing is swept or revoked until a person has looked.

use std::fs;

use keybaton_sandbox::Operation;

use crate::stage::{Bench, OLD_ID, SECRET};

/// Copies the state as a careful backup would, but without its witness.
async fn copy(bench: &Bench) {
    bench.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    fs::copy(bench.keybaton.path(".keybaton/state.db"), bench.keybaton.path("old")).unwrap();
}

fn put_back(bench: &Bench) {
    for file in ["-wal", "-shm"] {
        drop(fs::remove_file(bench.keybaton.path(&format!(".keybaton/state.db{file}"))));
    }
    fs::copy(bench.keybaton.path("old"), bench.keybaton.path(".keybaton/state.db")).unwrap();
}

#[tokio::test]
async fn an_old_copy_is_recognised_and_touches_nothing() {
    let bench = Bench::adopted().await;
    copy(&bench).await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let live = bench.service.live();
    put_back(&bench);
    let ended = bench.run("status").await.exits(0);
    ended.says(&["the state database is an old copy", "hint: ", "keybaton resume NAME/ENV"]);
    let destroyed = bench.service.state().calls(Operation::Destroy);
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["safe:", "hint:"]);
    bench.run("tick").await.exits(0);
    assert_eq!(bench.service.live(), live);
    assert_eq!(bench.service.state().calls(Operation::Destroy), destroyed);
}

#[tokio::test]
async fn a_person_vouches_for_an_old_copy_and_rotations_go_on() {
    let bench = Bench::adopted().await;
    copy(&bench).await;
    // Something was written since, but the world at the issuer is the same.
    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    put_back(&bench);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    bench.run(&format!("resume {SECRET}")).await.exits(0).says(&["trusted again"]);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
    assert!(bench.status().await["version"].as_u64().unwrap() > 1000, "a version number was used twice");
    assert!(!bench.service.live().contains(&OLD_ID.to_owned()));
}
