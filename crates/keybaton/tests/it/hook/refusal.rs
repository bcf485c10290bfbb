//! Places without a repository, files that are no fingerprints, folders that are not ours alone.

use std::fs;

use super::Repository;
use crate::stage::{Bench, Keybaton};

#[tokio::test]
async fn without_a_repository_nothing_is_installed() {
    let keybaton = Keybaton::new();
    for verb in ["install", "status", "uninstall"] {
        keybaton.run(&format!("hook {verb}")).await.exits(3).explains().says(&["no repository"]);
    }
    keybaton.run("hook").await.exits(2).says(&["install", "status", "uninstall"]);
    keybaton.run("hook install --wat").await.exits(2);
    keybaton.run("hook run pre-commit").await.exits(3).says(&["this commit is blocked"]);
}

#[tokio::test]
async fn hooks_that_other_repositories_share_are_left_alone_unless_asked_for() {
    let repository = Repository::new();
    let shared = tempfile::tempdir().unwrap();
    repository.git(&["config", "core.hooksPath", shared.path().to_str().unwrap()]).exits(0);
    repository.keybaton.run("hook install").await.exits(2).explains().says(&["other repositories use too", "--shared"]);
    assert_eq!(fs::read_dir(shared.path()).unwrap().count(), 0);
    repository.keybaton.run("hook install --shared").await.exits(0);
    repository.keybaton.run("hook status").await.exits(0);
}

#[tokio::test]
async fn a_broken_or_foreign_file_of_fingerprints_is_refused_as_a_whole() {
    let bench = Bench::adopted().await;
    bench.run("rotate payments/prod --wait").await.exits(0);
    bench.run("state fingerprints known.json").await.exits(0);
    bench.run("state fingerprints known.json").await.exits(2).explains().says(&["is there already"]);
    let good = fs::read_to_string(bench.keybaton.path("known.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&good).unwrap();
    let repository = Repository::new();
    let scan = "scan . --known known.json";
    repository.keybaton.run(scan).await.exits(2).explains();
    for (bad, why) in [
        (good[..good.len() / 2].to_owned(), "no file of fingerprints"),
        (good.replace("known/v1", "known/v9"), "known/v9"),
        (good.replace(document["key"].as_str().unwrap(), &"ab".repeat(32)), "do not belong to its key"),
        (good.replace("\"valid\":false", "\"valid\":true").replace("\"version\":2", "\"version\":3"), "do not belong"),
        (String::new(), "no file of fingerprints"),
    ] {
        repository.keybaton.write("known.json", &bad);
        repository.keybaton.run(scan).await.exits(2).explains().says(&["fingerprints", why]);
        repository.keybaton.run("hook install --known known.json").await.exits(2).explains();
    }
    repository.keybaton.write("known.json", &good);
    repository.keybaton.run("hook install --known known.json").await.exits(0);
}
