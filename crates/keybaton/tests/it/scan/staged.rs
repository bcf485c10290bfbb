//! What is staged: added lines count, and nothing else does.

use std::fs;

use super::{LINE, Repository, VALUE};

const STAGED: &str = "--staged";

#[tokio::test]
async fn a_key_in_a_staged_file_is_found_and_never_shown() {
    let repository = Repository::new();
    repository.stage("src/settings.py", format!("import os\n{LINE}"));
    let ended = repository.scan(STAGED).await.exits(1).hides(VALUE);
    let ended = ended.prints(&["src/settings.py:2:16: ", "[password]", "  2 | db_password = '********'", "^^^^^^^^"]);
    ended.says(&["1 finding in 1 file, 37 bytes read", "hint: ", "keybaton adopt NAME/ENV --id ID"]);
}

#[tokio::test]
async fn the_document_says_what_was_read_and_found() {
    let repository = Repository::new();
    repository.stage("a.py", LINE);
    let json = repository.scan("--staged --json").await.exits(1).hides(VALUE).json();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["bytes_read", "files_read", "findings", "schema"]);
    assert_eq!((&json["schema"], &json["files_read"]), (&"keybaton/scan/v1".into(), &1.into()));
    let finding = &json["findings"][0];
    assert_eq!((&finding["masked"], &finding["column"]), (&"********".into(), &16.into()));
    assert!(finding["commit"].is_null() && finding["managed"].is_null());
}

#[tokio::test]
async fn a_commit_that_removes_a_key_is_not_blocked() {
    let repository = Repository::new();
    repository.stage("a.py", format!("one = 1\n{LINE}two = 2\n"));
    repository.commit("a key");
    repository.stage("a.py", "one = 1\ntwo = 2\n");
    repository.scan(STAGED).await.exits(0).says(&["no finding"]);
    repository.git("rm -q -f --cached a.py");
    repository.scan(STAGED).await.exits(0).says(&["no finding in 0 files, 0 bytes read"]);
}

#[tokio::test]
async fn a_key_on_a_line_that_did_not_change_is_not_added() {
    let repository = Repository::new();
    repository.stage("a.py", format!("{LINE}one = 1\n"));
    repository.commit("a key");
    repository.stage("a.py", format!("{LINE}one = 2\n"));
    repository.scan(STAGED).await.exits(0);
    repository.stage("a.py", format!("{LINE}one = 2\nsmtp_password = 'Lw83ncxz!t'\n"));
    assert_eq!(repository.found(STAGED).await, ["a.py:3 password"]);
}

#[tokio::test]
async fn the_index_is_read_and_not_the_work_tree() {
    let repository = Repository::new();
    repository.stage("a.py", LINE);
    fs::write(repository.path("a.py"), "clean = 1\n").unwrap();
    assert_eq!(repository.found(STAGED).await, ["a.py:1 password"]);
    repository.git("reset -q");
    fs::write(repository.path("a.py"), LINE).unwrap();
    repository.scan(STAGED).await.exits(0);
}

#[tokio::test]
async fn a_renamed_file_is_looked_at_under_its_new_name() {
    let repository = Repository::new();
    repository.stage("settings.example", LINE);
    repository.commit("an example");
    repository.git("mv settings.example settings.py");
    assert_eq!(repository.found(STAGED).await, ["settings.py:1 password"]);
}

#[tokio::test]
async fn names_of_any_bytes_are_read() {
    let repository = Repository::new();
    let names: [&[u8]; 5] = [b"a \"b\".py", b"tab\there.py", b"line\nbreak.py", "ä.py".as_bytes(), b"\xff\xfe.py"];
    for name in names {
        repository.stage_raw(name, LINE);
    }
    assert_eq!(repository.found(STAGED).await.len(), names.len());
    let text = repository.scan(STAGED).await.exits(1);
    assert!(!text.out.contains("line\nbreak"), "a name breaks the report:\n{}", text.transcript());
}

#[tokio::test]
async fn binary_files_are_read_and_so_are_those_whose_lines_git_does_not_show() {
    let repository = Repository::new();
    repository.stage("a.bin", [b"\0\0\0", LINE.as_bytes()].concat());
    repository.stage("b.py", LINE);
    repository.stage("c.py", LINE.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    repository.stage(".gitattributes", "b.py -diff\n");
    let found = repository.found(STAGED).await;
    assert!(
        found.contains(&"b.py:1 password".to_owned()) && found.contains(&"c.py:1 password".to_owned()),
        "{found:?}"
    );
}

#[tokio::test]
async fn what_a_binary_file_already_had_is_not_added() {
    let repository = Repository::new();
    repository.stage(".gitattributes", "*.py -diff\n");
    repository.stage("a.py", format!("{LINE}smtp_password = 'Lw83ncxz!t'\n"));
    repository.commit("two keys");
    repository.stage("a.py", format!("one = 1\n{LINE}"));
    repository.scan(STAGED).await.exits(0);
    repository.stage("a.py", format!("one = 1\n{LINE}ftp_password = 'Mq74bvcy!r'\n"));
    assert_eq!(repository.found(STAGED).await, ["a.py:3 password"]);
}

#[tokio::test]
async fn lines_that_end_in_cr_lf_are_lines() {
    let repository = Repository::new();
    repository.stage("a.py", format!("one = 1\r\n{}\r\n", LINE.trim_end()));
    assert_eq!(repository.found(STAGED).await, ["a.py:2 password"]);
}

#[tokio::test]
async fn a_key_inside_base_64_is_found_on_request() {
    let repository = Repository::new();
    repository.stage("a.yml", "one: 1\ndata: cGFzc3dvcmQgPSAnS3g5MmtkbHMhcSc=\n");
    assert_eq!(repository.found(STAGED).await, Vec::<String>::new());
    assert_eq!(repository.found("--staged --decode").await, ["a.yml:2 password"]);
}

#[tokio::test]
async fn a_folder_below_and_a_linked_work_tree_are_places_of_the_repository() {
    let repository = Repository::new();
    repository.commit("first");
    repository.stage("deep/er/a.py", LINE);
    assert_eq!(repository.found("--staged deep/er").await, ["deep/er/a.py:1 password"]);
    repository.git("worktree add -q linked");
    repository.scan("--staged linked").await.exits(0);
    fs::write(repository.path("linked/b.py"), LINE).unwrap();
    repository.git("-C linked add b.py");
    assert_eq!(repository.found("--staged linked").await, ["b.py:1 password"]);
}

#[tokio::test]
async fn the_index_of_a_commit_of_some_files_is_the_one_that_counts() {
    let mut repository = Repository::new();
    repository.stage("a.py", LINE);
    fs::copy(repository.path(".git/index"), repository.path(".git/other")).unwrap();
    repository.git("rm -q --cached a.py");
    repository.scan(STAGED).await.exits(0);
    repository.keybaton.set("GIT_INDEX_FILE", ".git/other");
    assert_eq!(repository.found(STAGED).await, ["a.py:1 password"]);
}

#[tokio::test]
async fn a_folder_that_is_in_no_repository_is_said() {
    let keybaton = crate::stage::Keybaton::new();
    let ended = keybaton.run("scan --staged").await.exits(3).explains();
    ended.says(&["is not in a git repository", "keybaton scan PATH"]);
    keybaton.run("scan --staged one two").await.exits(2).explains();
}

#[tokio::test]
async fn an_object_that_is_gone_leaves_the_answer_open() {
    let repository = Repository::new();
    repository.stage("a.bin", b"\0binary");
    let name = repository.git("rev-parse :a.bin");
    fs::remove_file(repository.path(&format!(".git/objects/{}/{}", &name[..2], &name[2..]))).unwrap();
    repository.scan(STAGED).await.exits(3).says(&["error: ", "safe: ", "hint: "]);
}
