//! A second scan of a history: it reads what is new, and tells what is old.

use std::{fs, path::PathBuf};

use super::{LINE, Repository, VALUE};
use crate::stage::Ended;

const HISTORY: &str = "--history";

/// A repository with a key that is gone, and one blob beside it.
fn repository() -> Repository {
    let repository = Repository::new();
    repository.stage("a.py", LINE);
    repository.commit("a key");
    repository.stage("a.py", "one = 1\n");
    repository.commit("no key");
    repository
}

/// How many files a scan has read, and the paths of what it found.
async fn told(repository: &Repository, line: &str) -> (u64, Vec<String>) {
    let json = repository.scan(&format!("{line} --json")).await.json();
    let findings = json["findings"].as_array().unwrap();
    let paths = findings.iter().map(|finding| finding["path"].as_str().unwrap().to_owned());
    (json["files_read"].as_u64().unwrap(), paths.collect())
}

fn kept(repository: &Repository) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository.path(".cache/keybaton/history")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_second_scan_reads_only_new_blobs_and_tells_the_old_findings() {
    let repository = repository();
    let first = repository.scan("--history --json").await.exits(1).says(&["1 finding in 2 files"]).json();
    let second = repository.scan("--history --json").await.exits(1);
    assert_eq!(second.json()["findings"], first["findings"], "the finding and its commit are the same");
    second.says(&["1 finding in 0 files", "objects were read by an earlier scan"]);
    repository.stage("b.py", LINE);
    repository.stage("c.py", "three = 3\n");
    repository.commit("another file with the same key, and one more");
    assert_eq!(told(&repository, HISTORY).await, (1, vec!["a.py".to_owned()]), "b.py is the blob of a.py");
    repository.stage("d.py", LINE.repeat(2));
    repository.commit("a new blob with a key");
    assert_eq!(told(&repository, HISTORY).await, (1, vec!["a.py".to_owned(), "d.py".to_owned()]));
    repository.git("gc -q");
    assert_eq!(told(&repository, HISTORY).await.0, 0, "they are in a pack now, and the same");
    assert_eq!(told(&repository, "--history --no-cache").await.0, 4);
}

#[tokio::test]
async fn what_is_kept_has_no_value_and_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let repository = repository();
    repository.scan(HISTORY).await.exits(1);
    let kept = kept(&repository);
    assert_eq!(kept.len(), 1);
    let bytes = fs::read(&kept[0]).unwrap();
    assert!(memchr(&bytes, b"a.py") && !memchr(&bytes, VALUE.as_bytes()));
    assert_eq!(fs::metadata(&kept[0]).unwrap().permissions().mode() & 0o077, 0);
}

fn memchr(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn other_rules_and_options_read_everything_again() {
    let repository = repository();
    repository.scan(HISTORY).await.exits(1);
    assert_eq!(told(&repository, "--history --decode").await.0, 2);
    repository.keybaton.write(".gitleaks.toml", "[allowlist]\nregexes = ['nothing']\n");
    assert_eq!(told(&repository, HISTORY).await.0, 2);
    assert_eq!(told(&repository, HISTORY).await.0, 0);
    repository.keybaton.write(".gitleaks.toml", "[allowlist]\nregexes = ['nothing at all']\n");
    assert_eq!(told(&repository, HISTORY).await.0, 2);
    fs::remove_file(repository.path(".gitleaks.toml")).unwrap();
    assert_eq!(told(&repository, HISTORY).await.0, 0, "the first one is still kept");
}

#[tokio::test]
async fn what_is_kept_and_damaged_is_not_believed() {
    let repository = repository();
    repository.scan(HISTORY).await.exits(1);
    let path = kept(&repository).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert_eq!(told(&repository, HISTORY).await.0, 2);
    assert_eq!(told(&repository, HISTORY).await.0, 0);
    let mut permissions = fs::metadata(repository.path(".cache/keybaton/history")).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o777);
    fs::set_permissions(repository.path(".cache/keybaton/history"), permissions).unwrap();
    assert_eq!(told(&repository, HISTORY).await.0, 2, "anybody may have written it");
}

#[tokio::test]
async fn a_finding_moves_to_an_older_commit_that_arrives_later_and_goes_with_its_commit() {
    let repository = Repository::new();
    repository.commit("first");
    repository.git("checkout -q -b side");
    repository.keybaton.write("a.py", LINE);
    let dated = |date: &str| repository.commit_at(date);
    dated("2020-01-01T00:00:00Z");
    repository.git("branch -q hidden");
    repository.git("checkout -q main");
    let hidden = repository.git("rev-parse hidden");
    repository.git("branch -q -D hidden side");
    repository.keybaton.write("b.py", LINE);
    let late = dated("2024-01-01T00:00:00Z");
    let commit = |ended: Ended| ended.json()["findings"][0]["commit"].as_str().map(str::to_owned);
    assert_eq!(commit(repository.scan("--history --json").await), Some(late.clone()));
    repository.git(&format!("branch old {hidden}"));
    assert_eq!(commit(repository.scan("--history --json").await), Some(hidden), "an older commit has it");
    repository.git("branch -q -D old");
    assert_eq!(commit(repository.scan("--history --json").await), Some(late));
    repository.git("reset -q --hard HEAD~1");
    repository.scan(HISTORY).await.exits(0).says(&["objects that no commit has could hold a credential"]);
    repository.git("-c gc.reflogExpire=now -c gc.reflogExpireUnreachable=now reflog expire --expire=now --all");
    repository.git("gc -q --prune=now");
    let ended = repository.scan(HISTORY).await.exits(0);
    assert!(!ended.err.contains("no commit has"), "{}", ended.transcript());
}
