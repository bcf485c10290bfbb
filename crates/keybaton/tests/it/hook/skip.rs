//! Skipping: once, and never unseen.

use super::{Repository, key};

#[tokio::test]
async fn a_skip_passes_once_and_status_shows_it() {
    let mut repository = Repository::new();
    repository.install().await;
    repository.keybaton.run("hook status").await.exits(0).prints(&["pre-commit", "pre-push", "runs"]).says(&["never"]);
    repository.stage("a.py", &format!("token = \"{}\"\n", key()));
    repository.env.push(("KEYBATON_SKIP".to_owned(), "1".to_owned()));
    repository.commit().exits(0).says(&["KEYBATON_SKIP=1; that is recorded"]);
    repository.env.clear();
    repository.stage("b.py", &format!("token = \"{}\"\n", key()));
    repository.commit().exits(1);
    repository.keybaton.run("hook status").await.exits(0).says(&["pre-commit after none by tester@example.org"]);
    let document = repository.keybaton.run("hook status --json").await.exits(0).json();
    assert_eq!(document["schema"], "keybaton/hook/v1");
    assert_eq!(document["skipped"].as_array().unwrap().len(), 1);
    assert_eq!(document["skipped"][0]["hook"], "pre-commit");
    assert_eq!(document["hooks"][0]["installed"], true);
}

#[tokio::test]
async fn keepers_of_hooks_that_run_the_command_themselves_record_a_skip_too() {
    let mut repository = Repository::new();
    repository.stage("a.py", &format!("token = \"{}\"\n", key()));
    repository.keybaton.run("hook run pre-commit").await.exits(1).says(&["this commit is blocked"]);
    repository.keybaton.set("KEYBATON_SKIP", "1");
    repository.keybaton.run("hook run pre-commit").await.exits(0).says(&["that is recorded"]);
    let document = repository.keybaton.run("hook status --json").await.exits(1).json();
    assert_eq!(document["skipped"][0]["who"], "tester@example.org");
}
