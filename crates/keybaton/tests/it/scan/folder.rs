//! Files, folders and the standard input.

use std::{fs, os::unix::fs::symlink};

use super::{LINE, Repository, VALUE};
use crate::stage::Keybaton;

#[tokio::test]
async fn a_folder_is_read_without_what_git_ignores() {
    let repository = Repository::new();
    repository.stage("src/a.py", LINE);
    repository.stage(".gitignore", "build\n");
    fs::create_dir_all(repository.path("build")).unwrap();
    fs::write(repository.path("build/b.py"), LINE).unwrap();
    assert_eq!(repository.found(".").await, ["src/a.py:1 password"]);
    assert_eq!(repository.found("build/b.py").await, ["build/b.py:1 password"]);
    repository.scan("src").await.exits(1).hides(VALUE).says(&["1 finding in 1 file"]);
}

#[tokio::test]
async fn what_is_piped_in_is_read() {
    let keybaton = Keybaton::new();
    let found = keybaton.feed("scan --stdin", LINE).await.exits(1).hides(VALUE);
    found.prints(&["<stdin>:1:16: "]);
    let json = keybaton.feed("scan --stdin --json", LINE).await.exits(1).json();
    assert!(json["findings"][0]["path"].is_null());
    keybaton.feed("scan --stdin", "clean = 1\n").await.exits(0).says(&["no finding in 1 file, 10 bytes read"]);
}

#[tokio::test]
async fn a_scan_that_read_nothing_is_never_green() {
    let keybaton = Keybaton::new();
    for line in ["scan .", "scan --stdin"] {
        keybaton.run(line).await.exits(3).explains().says(&["nothing was read"]);
    }
    keybaton.run("scan missing").await.exits(3).explains().says(&["not read: missing: "]);
    keybaton.run("scan").await.exits(2).explains();
    keybaton.run("scan . --stdin").await.exits(2).explains();
    keybaton.run("scan . --wrong").await.exits(2).explains();
}

#[tokio::test]
async fn what_could_not_be_read_is_named_and_leaves_the_answer_open() {
    let keybaton = Keybaton::new();
    keybaton.write("a.py", "clean = 1\n");
    keybaton
        .run("scan a.py missing.py")
        .await
        .exits(3)
        .explains()
        .says(&["not read: missing.py: ", "no finding in 1 file"]);
    keybaton.write("b.py", LINE);
    keybaton.run("scan b.py missing.py").await.exits(1).says(&["not read: missing.py: "]);
    keybaton.run("scan /dev/null").await.exits(3).says(&["it is neither a file nor a folder"]);
}

#[tokio::test]
async fn a_link_is_followed_where_it_is_named_and_nowhere_else() {
    let keybaton = Keybaton::new();
    keybaton.write("a.py", LINE);
    fs::create_dir(keybaton.path("folder")).unwrap();
    symlink("../a.py", keybaton.path("folder/link.py")).unwrap();
    keybaton.run("scan folder/link.py").await.exits(1);
    keybaton.run("scan folder").await.exits(3).says(&["nothing was read"]);
}

#[tokio::test]
async fn a_value_never_reaches_the_report_whatever_stands_beside_it() {
    let keybaton = Keybaton::new();
    let beside = "Zp04mWq8";
    keybaton.write("a.env", &format!("URL=postgres://bob:{beside}@db/x DB_PASSWORD='{VALUE}' \u{1b}[31m\n"));
    let ended = keybaton.run("scan a.env").await.exits(1).hides(VALUE).hides(beside);
    assert!(!ended.out.contains("\u{1b}["), "{}", ended.transcript());
}
