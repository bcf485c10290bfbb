//! Histories: each blob once, and what is found with its first commit.

use std::{fs, io::Write as _, path::PathBuf};

use super::{LINE, Repository, VALUE};
use crate::stage::Keybaton;

const HISTORY: &str = "--history --no-cache";

/// Three commits: a key comes, the file moves on, the key goes.
fn removed() -> (Repository, [String; 3]) {
    let repository = Repository::new();
    repository.stage("src/a.py", format!("one = 1\n{LINE}"));
    let first = repository.commit("a key");
    repository.stage("src/a.py", format!("one = 1\ntwo = 2\n{LINE}"));
    let second = repository.commit("a line");
    repository.stage("src/a.py", "one = 1\n");
    let third = repository.commit("no key");
    (repository, [first, second, third])
}

/// The one pack of a repository, with this extension.
fn pack(repository: &Repository, extension: &str) -> PathBuf {
    let entries = fs::read_dir(repository.path(".git/objects/pack")).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|own| own == extension)).unwrap()
}

#[tokio::test]
async fn a_key_that_was_removed_is_found_with_its_first_commit_and_author() {
    let (repository, [first, ..]) = removed();
    for packed in [false, true] {
        if packed {
            repository.git("gc -q");
        }
        let ended = repository.scan(HISTORY).await.exits(1).hides(VALUE);
        let ended = ended.prints(&["src/a.py:2:16: ", "Tester <tester@example.org>", " ago", &first[..12]]);
        assert_eq!(ended.out.matches("[password]").count(), 1, "{}", ended.transcript());
        ended.says(&["1 finding in 3 files"]);
        let json = repository.scan("--history --json --no-cache").await.exits(1).json();
        assert_eq!(json["findings"][0]["commit"], first.as_str());
        assert_eq!((&json["files_read"], &json["findings"][0]["line"]), (&3.into(), &2.into()));
    }
}

#[tokio::test]
async fn a_range_has_only_what_its_commits_bring() {
    let (repository, [first, second, third]) = removed();
    repository.scan(&format!("--history --range {second}..{third}")).await.exits(0);
    let json = repository.scan(&format!("--history --json --range {first}..{third}")).await.exits(1).json();
    assert_eq!(json["findings"][0]["commit"], second.as_str());
    repository.git(&format!("branch old {first}"));
    repository.scan(&format!("--history --range {third}..{third}")).await.exits(0).says(&["no finding in 0 files"]);
    for wrong in ["--range=--output=x", "--range missing..main"] {
        let ended = repository.scan(&format!("--history {wrong}")).await;
        assert!(matches!(ended.code(), Some(2 | 3)), "{}", ended.transcript());
        ended.explains();
    }
    repository.scan("--range a..b .").await.exits(2).explains();
}

#[tokio::test]
async fn every_branch_counts_and_so_do_settings_that_the_path_alone_makes_one() {
    let repository = Repository::new();
    repository.commit("first");
    repository.git("checkout -q -b side");
    repository.stage("deploy/.env", format!("DB_PASSWORD={VALUE}\n"));
    repository.commit("side");
    repository.git("checkout -q main");
    repository.git("gc -q");
    assert_eq!(repository.found(HISTORY).await, ["deploy/.env:1 password"]);
}

#[tokio::test]
async fn what_no_commit_has_is_said_and_is_no_finding() {
    let (repository, _) = removed();
    repository.git("checkout -q --orphan other");
    repository.git("rm -q -rf .");
    repository.commit("another beginning");
    repository.git("branch -q -D main");
    repository.scan(HISTORY).await.exits(0).says(&["objects that no commit has could hold a credential"]);
}

#[tokio::test]
async fn bare_repositories_linked_work_trees_and_borrowed_objects_are_read() {
    let (repository, _) = removed();
    repository.git("clone -q --bare . bare.git");
    assert_eq!(repository.found("--history bare.git").await, ["src/a.py:2 password"]);
    repository.git("worktree add -q linked");
    assert_eq!(repository.found("--history linked").await, ["src/a.py:2 password"]);
    repository.git("clone -q --shared . shared");
    assert_eq!(repository.found("--history shared").await, ["src/a.py:2 password"]);
}

#[tokio::test]
async fn a_repository_of_sha_256_is_read() {
    let repository = Repository { keybaton: Keybaton::new() };
    repository.init("init -q -b main --object-format=sha256");
    repository.stage("a.py", LINE);
    repository.commit("a key");
    assert_eq!(repository.found("--staged").await, Vec::<String>::new());
    assert_eq!(repository.found(HISTORY).await, ["a.py:1 password"]);
    repository.git("gc -q");
    assert_eq!(repository.found(HISTORY).await, ["a.py:1 password"]);
}

#[tokio::test]
async fn a_shallow_clone_leaves_the_answer_open() {
    let (repository, [_, second, third]) = removed();
    let url = format!("file://{}", repository.path("").display());
    repository.git(&format!("clone -q --depth 1 {url} shallow"));
    repository.scan("--history shallow").await.exits(3).says(&["the clone is shallow", "error: ", "safe: ", "hint: "]);
    repository.git(&format!("-C shallow fetch -q --depth 2 origin {third}"));
    repository.scan(&format!("--history --range {second}..{third} shallow")).await.exits(0);
}

#[tokio::test]
async fn a_corrupt_pack_is_said_and_the_rest_is_read() {
    let (repository, _) = removed();
    let noise: Vec<String> = (0..20_000_u32).map(|no| no.wrapping_mul(2_654_435_761).to_string()).collect();
    repository.stage("noise.txt", noise.join("\n"));
    repository.commit("noise");
    repository.git("gc -q");
    let path = pack(&repository, "pack");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&path, permissions).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xa5);
    fs::write(&path, &bytes).unwrap();
    let ended = repository.scan(HISTORY).await;
    assert!(matches!(ended.code(), Some(1 | 3)) && ended.err.contains("not read: "), "{}", ended.transcript());
    fs::File::create(&path).unwrap().write_all(b"PACK").unwrap();
    repository.scan(HISTORY).await.exits(3).says(&["error: "]);
}

#[tokio::test]
async fn a_history_without_a_commit_is_empty_and_no_repository_is_none() {
    let repository = Repository::new();
    repository.scan(HISTORY).await.exits(0).says(&["no finding in 0 files"]);
    Keybaton::new().run("scan --history").await.exits(3).explains().says(&["is not in a git repository"]);
}

#[tokio::test]
async fn commits_that_a_team_allows_are_left_out() {
    let (repository, [first, second, _]) = removed();
    let list = format!("[allowlist]\ncommits = ['{first}', '{second}']\n");
    repository.keybaton.write(".gitleaks.toml", &list);
    repository.scan(HISTORY).await.exits(0);
    repository.keybaton.write(".gitleaks.toml", &list.replace(&second, "none"));
    repository.scan(HISTORY).await.exits(1);
}
