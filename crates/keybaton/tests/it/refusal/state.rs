//! A state database that is damaged, missing, somebody else's, or from the future.

use std::fs;
use std::os::unix::fs::FileExt;

use crate::stage::{Bench, OLD_VALUE, SECRET};

const STATE: &str = ".keybaton/state.db";

#[tokio::test]
async fn a_damaged_state_is_left_as_it_is() {
    let bench = Bench::adopted().await;
    bench.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let path = bench.keybaton.path(STATE);
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for page in 2..file.metadata().unwrap().len() / 4096 {
        file.write_all_at(&[0xa5; 512], page * 4096).unwrap();
    }
    let damaged = fs::read(&path).unwrap();
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(3).explains();
    ended.says(&["damaged state database", "every key that was valid still is", "backup"]);
    assert_eq!(fs::read(&path).unwrap(), damaged, "the evidence was changed");
    assert!(bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn a_file_of_somebody_else_is_left_as_it_is() {
    let bench = Bench::adopted().await;
    fs::write(bench.keybaton.path("notes"), "these are my notes\n").unwrap();
    let config = fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &format!("{config}[state]\nurl = \"sqlite:notes\"\n"));
    let ended = bench.run("status").await.exits(2).explains();
    ended.says(&["is not a keybaton state database", "hint: point [state] url"]);
    assert_eq!(fs::read_to_string(bench.keybaton.path("notes")).unwrap(), "these are my notes\n");
}

#[tokio::test]
async fn a_state_of_a_newer_program_is_left_as_it_is() {
    let bench = Bench::adopted().await;
    bench.sql("UPDATE meta SET value = '999' WHERE name = 'schema'").await;
    let ended = bench.run("status").await.exits(2).explains();
    ended.says(&["written by a newer keybaton", "schema 999"]);
}

#[tokio::test]
async fn a_state_that_is_not_there_yet_is_made_by_init_only() {
    let bench = Bench::bare("overlap = { until = \"time\" }").await;
    for file in ["", "-wal", "-shm", ".witness"] {
        drop(fs::remove_file(bench.keybaton.path(&format!("{STATE}{file}"))));
    }
    bench.run("status").await.exits(2).explains().says(&["is not there", "`keybaton init`"]);
    assert!(!bench.keybaton.path(STATE).exists());
    bench.run("init").await.exits(0).says(&["kept", "made"]);
    bench.run("status").await.exits(0);
}

#[tokio::test]
async fn a_state_that_was_there_before_is_not_replaced_by_an_empty_one() {
    let bench = Bench::adopted().await;
    for file in ["", "-wal", "-shm"] {
        drop(fs::remove_file(bench.keybaton.path(&format!("{STATE}{file}"))));
    }
    bench.run("status").await.exits(3).explains().says(&[
        "is gone",
        "state.db.witness",
        "`keybaton state restore FILE`",
    ]);
    bench.run("init").await.exits(3).explains().says(&["is gone", "a new one knows none of your keys"]);
    assert!(!bench.keybaton.path(STATE).exists());
}
