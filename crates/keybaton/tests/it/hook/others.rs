//! Hooks that were there before, and other keepers of hooks.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{Repository, key};

/// Commits something harmless and something leaky; says that the first passes and the second does not.
#[track_caller]
fn assert_guarded(repository: &Repository) {
    repository.stage("a.txt", &format!("{}\n", repository.commits()));
    repository.commit().exits(0);
    repository.stage("b.py", &format!("token = \"{}\"\n", key()));
    repository.commit().exits(1).says(&["b.py:1:"]);
    repository.git(&["rm", "-q", "-f", "b.py"]).exits(0);
}

#[tokio::test]
async fn a_hook_of_others_stays_and_runs_and_comes_back_as_it_was() {
    let repository = Repository::new();
    let own = "#!/bin/sh\nset -eu\necho ran >>ran\n";
    repository.program(".git/hooks/pre-commit", own);
    repository.install().await.says(&["what was there stays"]);
    assert!(!repository.path("ran").exists(), "the trial ran the hook of others");
    assert_guarded(&repository);
    assert_eq!(repository.read("ran"), "ran\n", "it runs once, after a commit was found clean");
    let whole = repository.read(".git/hooks/pre-commit");
    repository.install().await.says(&["up to date"]);
    assert_eq!(repository.read(".git/hooks/pre-commit"), whole, "a second time changes nothing");
    repository.keybaton.run("hook uninstall").await.exits(0).says(&["the rest of the hook stays", "nothing else"]);
    assert_eq!(repository.read(".git/hooks/pre-commit"), own);
    assert!(!repository.path(".git/hooks/pre-push").exists());
    repository.keybaton.run("hook status").await.exits(1).prints(&["not installed"]);
    repository.keybaton.run("hook uninstall").await.exits(0).says(&["There was no hook"]);
}

#[tokio::test]
async fn a_hook_in_another_language_is_run_after_ours() {
    let repository = Repository::new();
    let own = "#!/usr/bin/awk -f\nBEGIN { print \"ran\" > \"ran\" }\n";
    repository.program(".git/hooks/pre-commit", own);
    repository.install().await.says(&["the hook that was there runs after it"]);
    assert_guarded(&repository);
    assert_eq!(repository.read("ran"), "ran\n");
    repository.install().await;
    repository.keybaton.run("hook uninstall").await.exits(0).says(&["is back"]);
    assert_eq!(repository.read(".git/hooks/pre-commit"), own);
    assert!(!repository.path(".git/hooks/pre-commit.before-keybaton").exists());
}

#[tokio::test]
async fn a_hook_that_was_switched_off_stays_switched_off() {
    let repository = Repository::new();
    let hook = repository.path(".git/hooks/pre-commit");
    repository.program(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    repository.install().await.says(&["never ran"]);
    assert_guarded(&repository);
}

#[tokio::test]
async fn hooks_in_a_folder_of_the_work_tree_name_no_path_of_this_machine() {
    let repository = Repository::new();
    repository.git(&["config", "core.hooksPath", "tools/hooks"]).exits(0);
    repository.program("tools/hooks/pre-commit", "#!/bin/sh\necho ran >>ran\n");
    let mut repository = on_path(repository);
    repository.keybaton.run("hook install").await.exits(0).says(&["commit them"]);
    let hook = repository.read("tools/hooks/pre-commit");
    assert!(!hook.contains(env!("CARGO_BIN_EXE_keybaton")) && hook.contains("echo ran"));
    assert_guarded(&repository);
    repository.git(&["config", "--unset", "core.hooksPath"]).exits(0);
    repository.keybaton.run("hook status").await.exits(1).prints(&["not installed"]);
    repository.install().await;
    repository.git(&["config", "core.hooksPath", "elsewhere"]).exits(0);
    repository.keybaton.run("hook status").await.exits(1).prints(&["never runs: git looks for hooks in"]);
    repository.env.clear();
}

#[tokio::test]
async fn husky_keeps_its_hooks_and_ours_stands_in_its_file() {
    let repository = Repository::new();
    repository.git(&["config", "core.hooksPath", ".husky/_"]).exits(0);
    for event in ["pre-commit", "pre-push"] {
        let stub = format!("#!/bin/sh\n[ -f .husky/{event} ] || exit 0\nexec sh -e .husky/{event} \"$@\"\n");
        repository.program(&format!(".husky/_/{event}"), &stub);
    }
    fs::write(repository.path(".husky/pre-commit"), "echo ran >>ran\n").unwrap();
    let repository = on_path(repository);
    repository.keybaton.run("hook install").await.exits(0).says(&["what was there stays"]);
    assert!(repository.read(".husky/pre-commit").ends_with("echo ran >>ran\n"));
    assert_guarded(&repository);
    assert_eq!(repository.read("ran"), "ran\n");
}

#[tokio::test]
async fn other_keepers_of_hooks_are_named() {
    let repository = Repository::new();
    fs::write(repository.path("lefthook.yml"), "pre-commit:\n").unwrap();
    fs::write(repository.path(".pre-commit-config.yaml"), "repos: []\n").unwrap();
    repository.install().await.says(&["lefthook writes its hooks anew", "pre-commit writes its hooks anew"]);
}

#[tokio::test]
async fn what_the_pre_commit_framework_is_told_are_commands_that_block() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.pre-commit-hooks.yaml");
    let text = fs::read_to_string(file).unwrap();
    let entries: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("entry: keybaton ")).collect();
    let mut repository = Repository::new();
    repository.slip("a.txt", "a\n");
    let from = repository.git(&["rev-parse", "HEAD"]).text;
    repository.slip("b.py", &format!("token = \"{}\"\n", key()));
    repository.stage("c.py", &format!("token = \"{}\"\n", key()));
    let to = repository.git(&["rev-parse", "HEAD"]).text;
    repository.keybaton.set("PRE_COMMIT_FROM_REF", from.trim());
    repository.keybaton.set("PRE_COMMIT_TO_REF", to.trim());
    assert_eq!(entries.len(), 2);
    for (entry, file) in entries.into_iter().zip(["c.py:1:", "b.py:1:"]) {
        repository.keybaton.run(entry).await.exits(1).prints(&[file]);
    }
}

/// The same repository, whose commands find keybaton on the path.
fn on_path(mut repository: Repository) -> Repository {
    let bin = repository.path("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_keybaton"), bin.join("keybaton")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    repository.keybaton.set("PATH", &path);
    repository.env.push(("PATH".to_owned(), path));
    repository
}
