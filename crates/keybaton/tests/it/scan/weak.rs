//! `--weak`: what it adds, wherever a scan reads, and what it leaves as it is.

use super::{LINE, Repository};
use crate::stage::Keybaton;

const WEAK: &str = "smtp:\n  password: sunshine\n";

const URL: &str = "url = 'postgres://bob:tiger@db1/app'\n";

#[tokio::test]
async fn weak_passwords_are_told_under_a_rule_of_their_own_and_only_when_asked_for() {
    let repository = Repository::new();
    repository.stage("conf/mail.yml", WEAK);
    repository.stage("db.py", URL);
    repository.scan(".").await.exits(0);
    repository.scan("--staged").await.exits(0);
    let told = ["conf/mail.yml:2 weak-password", "db.py:1 weak-password"];
    assert_eq!(repository.found("--weak .").await, told);
    assert_eq!(repository.found("--weak --staged").await, told);
    repository.scan("--weak .").await.exits(1).hides("sunshine").prints(&["[weak-password]"]);
    repository.stage("a.py", LINE);
    let all = ["a.py:1 password", "conf/mail.yml:2 weak-password", "db.py:1 weak-password"];
    assert_eq!(repository.found("--weak .").await, all);
    assert_eq!(repository.found(".").await, ["a.py:1 password"]);
    repository.keybaton.write(".gitleaks.toml", "[extend]\nuseDefault = true\ndisabledRules = [\"weak-password\"]\n");
    assert_eq!(repository.found("--weak .").await, ["a.py:1 password"]);
}

#[tokio::test]
async fn a_history_is_read_anew_for_the_wider_look_and_each_look_remembers_its_own() {
    let repository = Repository::new();
    repository.stage("conf/mail.yml", WEAK);
    repository.commit("a weak password");
    repository.stage("conf/mail.yml", "smtp:\n  password: ${SMTP_PASSWORD}\n");
    repository.commit("none");
    repository.scan("--history").await.exits(0);
    for _ in 0..2 {
        assert_eq!(repository.found("--history --weak").await, ["conf/mail.yml:2 weak-password"]);
        repository.scan("--history").await.exits(0);
    }
}

#[tokio::test]
async fn what_is_piped_in_is_looked_at_as_widely() {
    let keybaton = Keybaton::new();
    keybaton.feed("scan --stdin", URL).await.exits(0);
    keybaton.feed("scan --stdin --weak", URL).await.exits(1).hides("tiger").prints(&["[weak-password]"]);
}
