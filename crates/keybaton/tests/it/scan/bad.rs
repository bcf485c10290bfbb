//! Input that cannot be read, changes meanwhile, or is very large: what was not read is said.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    os::unix::fs::PermissionsExt as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{LINE, Repository};
use crate::stage::{Ended, Keybaton};

/// A word before the command under which root may no longer read what it may not.
const MEEK: [&str; 3] = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];

/// Runs a command for which permissions count, whoever runs the tests.
async fn meek(keybaton: &Keybaton, line: &str) -> Ended {
    if rustix::process::geteuid().is_root() { keybaton.run_under(&MEEK, line).await } else { keybaton.run(line).await }
}

fn lock(path: std::path::PathBuf) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o0)).unwrap();
}

#[tokio::test]
async fn what_may_not_be_read_is_named_and_leaves_the_answer_open() {
    let keybaton = Keybaton::new();
    keybaton.write("a.py", "clean = 1\n");
    keybaton.write("locked.py", LINE);
    fs::create_dir(keybaton.path("closed")).unwrap();
    lock(keybaton.path("locked.py"));
    lock(keybaton.path("closed"));
    let ended = meek(&keybaton, "scan .").await.exits(3).explains();
    ended.says(&["not read: ./locked.py: Permission denied", "not read: ./closed: Permission denied", "in 1 file,"]);
    fs::set_permissions(keybaton.path("closed"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn an_object_and_rules_that_may_not_be_read_are_said() {
    let repository = Repository::new();
    repository.stage("a.py", LINE);
    repository.commit("a key");
    let blob = repository.git("rev-parse HEAD:a.py");
    lock(repository.path(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..])));
    meek(&repository.keybaton, "scan --history").await.exits(3).says(&["not read: ", &blob]);
    repository.keybaton.write(".gitleaks.toml", "");
    lock(repository.path(".gitleaks.toml"));
    meek(&repository.keybaton, "scan a.py").await.exits(3).explains().says(&[".gitleaks.toml cannot be read"]);
}

#[tokio::test]
async fn a_file_of_four_gigabytes_is_read_to_its_bound_and_that_is_said() {
    let keybaton = Keybaton::new();
    let mut file = fs::File::create(keybaton.path("big.bin")).unwrap();
    file.write_all(&[b"\0", LINE.as_bytes()].concat()).unwrap();
    file.seek(SeekFrom::Start(4 << 30)).unwrap();
    file.write_all(LINE.as_bytes()).unwrap();
    keybaton.write("a.py", LINE);
    let ended = keybaton.run("scan .").await.exits(1).prints(&["a.py:1:16"]);
    ended.says(&["1.0 MB read", "1 file is no text, and only its first MiB was read: ./big.bin"]);
    let log = keybaton.run("scan . --format sarif").await.exits(1).json();
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "note");
}

#[tokio::test]
async fn the_bound_of_what_is_no_text_is_said_of_stages_and_histories_too() {
    let repository = Repository::new();
    repository.stage("big.bin", vec![0; 3 << 20]);
    repository.scan("--staged").await.exits(0).says(&["only its first MiB was read: big.bin"]);
    repository.commit("big");
    for _ in 0..2 {
        repository.scan("--history").await.exits(0).says(&["1 file is no text, and only its first MiB was read"]);
    }
}

#[tokio::test]
async fn a_repository_that_is_packed_again_meanwhile_is_read_whole() {
    let repository = Repository::new();
    for no in 0..30 {
        repository.stage(&format!("file-{no}.py"), format!("number = {no}\n").repeat(200));
        repository.commit("one more");
    }
    repository.stage("a.py", LINE);
    repository.commit("a key");
    let (repository, is_over) = (Arc::new(repository), Arc::new(AtomicBool::new(false)));
    let packing = tokio::task::spawn_blocking({
        let (repository, is_over) = (Arc::clone(&repository), Arc::clone(&is_over));
        move || {
            let mut rounds = 0;
            while !is_over.load(Ordering::Relaxed) {
                repository.git("repack -q -a -d -f");
                repository.git("repack -q -a -d -F --window=1 --depth=1");
                rounds += 1;
            }
            rounds
        }
    });
    let mut found = Vec::new();
    for _ in 0..6 {
        found.push(repository.scan("--history --no-cache").await);
    }
    is_over.store(true, Ordering::Relaxed);
    assert!(packing.await.unwrap() > 0);
    for ended in found {
        ended.exits(1).prints(&["a.py:1:16"]).says(&["in 31 files"]);
    }
}

#[tokio::test]
async fn a_submodule_is_a_repository_of_its_own() {
    let inner = Repository::new();
    inner.stage("inner.py", LINE);
    inner.commit("a key inside");
    let outer = Repository::new();
    outer.stage("outer.py", "one = 1\n");
    outer.commit("first");
    outer.git(&format!("submodule add -q {} sub", inner.path("").display()));
    assert_eq!(outer.found("--staged").await, Vec::<String>::new(), "a commit of it is no file");
    outer.commit("a submodule");
    assert_eq!(outer.found("--history").await, Vec::<String>::new());
    assert_eq!(outer.found("--history sub").await, ["inner.py:1 password"]);
    assert_eq!(outer.found(".").await, ["sub/inner.py:1 password"]);
    fs::write(outer.path("sub/other.py"), LINE).unwrap();
    outer.git("-C sub add other.py");
    assert_eq!(outer.found("--staged sub").await, ["other.py:1 password"]);
}

#[tokio::test]
async fn names_and_line_ends_of_any_kind_are_read_from_a_history() {
    let repository = Repository::new();
    repository.stage_raw(b"odd \xff\n name.py", format!("one = 1\r\n{}\r\n", LINE.trim_end()));
    repository.commit("an odd name");
    for line in ["--history", "--history", "--history --no-cache"] {
        let found = repository.found(line).await;
        assert!(
            found.len() == 1 && found[0].starts_with("odd \u{fffd}") && found[0].contains(":2 password"),
            "{found:?}"
        );
    }
}

#[tokio::test]
async fn an_object_that_commits_name_and_nobody_has_is_said_and_the_rest_is_told() {
    let repository = Repository::new();
    repository.stage("a.py", LINE);
    repository.stage("b.py", "gone = 1\n");
    repository.commit("two files");
    repository.stage("unborn.py", LINE.repeat(2));
    let gone = repository.git("rev-parse HEAD:b.py");
    fs::remove_file(repository.path(&format!(".git/objects/{}/{}", &gone[..2], &gone[2..]))).unwrap();
    let ended = repository.scan("--history").await.exits(1).prints(&["a.py:1:16"]);
    ended.says(&["not read: 1 objects that commits name are not here"]);
}
