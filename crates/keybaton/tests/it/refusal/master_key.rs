//! The master key: missing, wrong, or open to others.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use keybaton_seal::MasterKey;

use crate::stage::{Bench, SECRET};

const KEY: &str = ".keybaton/master.key";

#[tokio::test]
async fn a_missing_master_key_stops_everything_and_no_new_one_is_made_in_its_place() {
    let bench = Bench::adopted().await;
    fs::rename(bench.keybaton.path(KEY), bench.keybaton.path("elsewhere")).unwrap();
    bench.run("status").await.exits(2).explains().says(&["there is no master key", "bring it back"]);
    bench.run("init").await.exits(2).explains().says(&["bring the master key back"]);
    assert!(!bench.keybaton.path(KEY).exists());
    fs::rename(bench.keybaton.path("elsewhere"), bench.keybaton.path(KEY)).unwrap();
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_wrong_master_key_is_recognised_before_anything_is_done() {
    let bench = Bench::adopted().await;
    fs::rename(bench.keybaton.path(KEY), bench.keybaton.path("elsewhere")).unwrap();
    MasterKey::create(&bench.keybaton.path(KEY)).unwrap();
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(2).explains();
    ended.says(&["was made with the master key", "hint: bring back the master key"]);
    fs::rename(bench.keybaton.path("elsewhere"), bench.keybaton.path(KEY)).unwrap();
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_master_key_that_others_may_read_is_not_used() {
    let bench = Bench::adopted().await;
    fs::set_permissions(bench.keybaton.path(KEY), Permissions::from_mode(0o644)).unwrap();
    let ended = bench.run("status").await.exits(2).explains();
    ended.says(&["0644", "hint: let only its owner read it: chmod 600"]);
}

#[tokio::test]
async fn a_file_that_is_no_master_key_is_not_shown() {
    let bench = Bench::adopted().await;
    bench.keybaton.write(KEY, "some-text-that-may-be-a-secret\n");
    let ended = bench.run("status").await.exits(2).explains();
    ended.hides("some-text-that-may-be-a-secret");
}
