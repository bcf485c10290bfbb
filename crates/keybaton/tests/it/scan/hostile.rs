//! Repositories that want something to be run.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::{LINE, Repository};

/// Every setting by which a repository could name a program, pointing at one that leaves a mark.
fn settings(program: &str) -> String {
    format!(
        "[core]\n\tfsmonitor = {program}\n\tpager = {program}\n\tsshCommand = {program}\n\
         \thooksPath = hooks-of-mine\n\taskPass = {program}\n\teditor = {program}\n[pager]\n\tdiff = {program}\n\
         [diff]\n\texternal = {program}\n\tsubmodule = diff\n\trenames = copies\n\tnoprefix = true\n\tcontext = 0\n\
         \tsuppressBlankEmpty = true\n[diff \"evil\"]\n\ttextconv = {program}\n\tcommand = {program}\n\
         [filter \"evil\"]\n\tclean = {program}\n\tsmudge = {program}\n\tprocess = {program}\n\trequired = true\n\
         [color]\n\tui = always\n[alias]\n\tdiff = !{program}\n\tcat-file = !{program}\n[gpg]\n\tprogram = {program}\n\
         [log]\n\tshowSignature = true\n[remote \"origin\"]\n\turl = ext::{program}\n\tpromisor = true\n\
         [extensions]\n\tpartialClone = origin\n"
    )
}

/// A repository that runs a program wherever it can, and the mark that the program leaves.
fn trap() -> (Repository, std::path::PathBuf) {
    let repository = Repository::new();
    repository.stage("first.py", "one = 1\n");
    repository.commit("first");
    let (program, mark) = (repository.path(".git/program"), repository.path("mark"));
    fs::write(&program, format!("#!/bin/sh\necho ran \"$@\" >>{}\ncat\n", mark.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    for hooks in ["hooks", "hooks-of-mine"] {
        fs::create_dir_all(repository.path(".git").join(hooks)).unwrap();
        for name in ["post-index-change", "pre-commit", "fsmonitor-watchman"] {
            fs::copy(&program, repository.path(".git").join(hooks).join(name)).unwrap();
        }
    }
    repository.stage("a.py", LINE);
    repository.stage("b.bin", [b"\0\n", LINE.as_bytes()].concat());
    fs::write(repository.path(".gitattributes"), "* diff=evil filter=evil text\n").unwrap();
    fs::copy(repository.path(".gitattributes"), repository.path(".git/info/attributes")).unwrap();
    let config = repository.path(".git/config");
    let own = fs::read_to_string(&config).unwrap();
    let evil = settings(&program.display().to_string());
    fs::write(repository.path(".git/more"), &evil).unwrap();
    let own = own.replace("repositoryformatversion = 0", "repositoryformatversion = 1");
    fs::write(&config, format!("{own}{evil}[include]\n\tpath = more\n")).unwrap();
    // staging has run a hook
    fs::remove_file(&mark).unwrap();
    (repository, mark)
}

#[tokio::test]
async fn nothing_of_a_hostile_repository_runs_and_its_keys_are_found() {
    let (repository, mark) = trap();
    let found = repository.found("--staged").await;
    assert!(found.contains(&"a.py:1 password".to_owned()), "{found:?}");
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    repository.commit_without_hooks();
    let _ = fs::remove_file(&mark);
    let ended = repository.scan("--history").await.exits(1);
    ended.prints(&["a.py:1:16"]);
    repository.scan("--history --range HEAD~1..HEAD").await.exits(1);
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
    let words = ["log", "-p", "--ext-diff"];
    let plain = Command::new("git").current_dir(repository.path("")).args(words).output().unwrap();
    assert!(mark.exists(), "the trap does not work: {}", String::from_utf8_lossy(&plain.stderr));
}

#[tokio::test]
async fn an_object_that_a_repository_wants_fetched_is_missing() {
    let (repository, mark) = trap();
    let object = repository.git("-c core.fsmonitor=false ls-files -s b.bin");
    let object = object.split_whitespace().nth(1).unwrap();
    fs::remove_file(repository.path(&format!(".git/objects/{}/{}", &object[..2], &object[2..]))).unwrap();
    let _ = fs::remove_file(&mark);
    repository.scan("--staged").await.exits(3);
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
}

#[tokio::test]
async fn a_git_in_the_folder_is_no_git() {
    let (mut repository, mark) = trap();
    fs::copy(repository.path(".git/program"), repository.path("git")).unwrap();
    let path = std::env::var("PATH").unwrap();
    repository.keybaton.set("PATH", &format!(".::{path}"));
    repository.scan("--staged").await.exits(1);
    assert!(!mark.exists(), "{}", fs::read_to_string(&mark).unwrap());
}
