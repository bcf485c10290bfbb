//! The state database: shown, backed up while it is used, restored somewhere else.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

use rustix::process::Signal;

use crate::stage::{Bench, Keybaton, OLD_VALUE, SECRET};

/// Another folder with the same configuration, master key and administrator's token, and no state.
fn elsewhere(bench: &Bench) -> Keybaton {
    let other = Keybaton::new();
    fs::DirBuilder::new().mode(0o700).create(other.path(".keybaton")).unwrap();
    for file in ["keybaton.toml", "admin.token", ".keybaton/master.key"] {
        other.write(file, &fs::read_to_string(bench.keybaton.path(file)).unwrap());
    }
    other
}

#[tokio::test]
async fn the_state_says_where_it_is_and_what_it_holds() {
    let bench = Bench::adopted().await;
    let shown = bench.run("state show").await.exits(0);
    shown.prints(&["state.db", "installation", "1 with a sealed value", "none alive"]);
    let document = bench.run("state show --json").await.exits(0).json();
    assert_eq!(document["schema"], "keybaton/state/v1");
    assert_eq!((document["secrets"].as_u64(), document["active_rotations"].as_u64()), (Some(1), Some(0)));
    Keybaton::new().run("state show").await.exits(2).explains();
    bench.run("state show --wat").await.exits(2).says(&["has no flag `--wat`"]);
    bench.run("state").await.exits(2).says(&["backup", "restore"]);
}

#[tokio::test]
async fn a_backup_that_is_made_during_a_rotation_is_restored_elsewhere_and_goes_on() {
    let bench = Bench::adopted().await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let made = bench.run("state backup copy").await.exits(0);
    made.says(&["backed up", "1 secrets", "The master key", "is not in it"]);
    rotate.signal(Signal::KILL);
    drop(rotate.ended().await);
    let live = bench.service.live().len();
    let copy = fs::read(bench.keybaton.path("copy")).unwrap();
    assert_eq!(fs::metadata(bench.keybaton.path("copy")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!copy.windows(OLD_VALUE.len()).any(|window| window == OLD_VALUE.as_bytes()), "a value is in the backup");

    let other = elsewhere(&bench);
    fs::write(other.path("copy"), copy).unwrap();
    let restored = other.run("state restore copy").await.exits(0);
    restored
        .says(&["restored", "old copy: it was restored from a backup", "revoked after it work again"])
        .prints(&[&format!("{SECRET} waits: keybaton resume {SECRET}")]);
    let value = other.run(&format!("get {SECRET} --reveal")).await.exits(0).out;
    assert!(bench.service.lets_in(value.trim_end()).await, "the restored key is refused");
    other.run("tick").await.exits(0);
    assert_eq!(bench.service.live().len(), live, "something was revoked before a person had looked");
    other.run(&format!("resume {SECRET}")).await;
    other.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let value = other.run(&format!("get {SECRET} --reveal")).await.exits(0).out;
    assert!(bench.service.lets_in(value.trim_end()).await);
    other.run("audit verify").await.exits(0);
}

#[tokio::test]
async fn a_backup_goes_to_a_pipe_or_to_a_new_file_and_never_over_another() {
    let bench = Bench::adopted().await;
    bench.keybaton.write("notes", "mine");
    let refused = bench.run("state backup notes").await.exits(2).explains();
    refused.says(&["notes is there already", "--force"]);
    assert_eq!(fs::read_to_string(bench.keybaton.path("notes")).unwrap(), "mine");
    let made = bench.run("state backup notes --force --json").await.exits(0).json();
    assert_eq!(made["schema"], "keybaton/state-backup/v1");
    assert_eq!(made["secrets"][0]["secret"], SECRET);
    bench.run("state backup missing/folder/file").await.exits(3).explains().says(&["was not written"]);
    bench.run("state backup - --json").await.exits(2).explains();
    bench.run("state backup").await.exits(2).says(&["<FILE>"]);
    let line = format!("{} state backup - > piped", env!("CARGO_BIN_EXE_keybaton"));
    bench.keybaton.run_under(&["sh", "-c", &line], "").await.exits(0).says(&["standard output"]);
    let other = elsewhere(&bench);
    fs::copy(bench.keybaton.path("piped"), other.path("copy")).unwrap();
    let restored = other.run("state restore copy --json").await.exits(0).json();
    assert_eq!((restored["schema"].as_str(), restored["epoch"].as_u64()), (Some("keybaton/state-restore/v1"), Some(2)));
    Keybaton::new().run("state backup copy").await.exits(2).explains();
}

#[tokio::test]
async fn what_cannot_be_restored_changes_nothing() {
    let bench = Bench::adopted().await;
    bench.run("state backup copy").await.exits(0);
    bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    let whole = fs::read(bench.keybaton.path("copy")).unwrap();
    let newer = bench.run("state restore copy").await.exits(1).explains();
    newer.says(&["is newer", "hint: pass --force", "safe: the state is as it was"]);
    for (bytes, code, word) in [
        (whole[..whole.len() / 2].to_vec(), 1, "cut off"),
        (b"these are my notes\n".to_vec(), 2, "is no backup"),
        ([&b"keybaton-backup-7\n"[..], &whole[18..]].concat(), 2, "a newer keybaton made it"),
    ] {
        fs::write(bench.keybaton.path("bad"), bytes).unwrap();
        bench.run("state restore bad --force").await.exits(code).explains().says(&[word]);
    }
    bench.run("state restore nowhere").await.exits(2).explains().says(&["cannot be opened"]);
    let status = bench.run("status").await.exits(0);
    assert!(!status.err.contains("old copy"), "{}", status.transcript());

    let stranger = Keybaton::new();
    stranger.run("init").await.exits(0);
    fs::write(stranger.path("copy"), &whole).unwrap();
    stranger.run("state restore copy --force").await.exits(2).explains().says(&["are sealed under", "master_key"]);
}

#[tokio::test]
async fn a_living_engine_is_not_overridden() {
    let bench = Bench::adopted().await;
    bench.run("state backup copy").await.exits(0);
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    bench.run("state backup again").await.exits(0);
    let refused = bench.run("state restore copy --force").await.exits(1).explains();
    refused.says(&["an engine works with the state", "hint: stop it first"]);
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
    let restored = bench.run("state restore copy --force").await.exits(0);
    restored.says(&["is kept as", "state.db.replaced-"]);
    bench.run(&format!("resume {SECRET}")).await.exits(0).says(&["trusted again"]);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_state_that_is_gone_is_brought_back_from_its_backup() {
    let bench = Bench::adopted().await;
    bench.run("state backup copy").await.exits(0);
    for file in ["", "-wal", "-shm"] {
        drop(fs::remove_file(bench.keybaton.path(&format!(".keybaton/state.db{file}"))));
    }
    bench.run("status").await.exits(3).explains().says(&["is gone", "`keybaton state restore FILE`"]);
    bench.run("state restore copy").await.exits(0);
    assert_eq!(bench.value().await, OLD_VALUE);
}
