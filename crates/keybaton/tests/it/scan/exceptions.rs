//! What a team leaves out, and what it adds.

use super::{LINE, Repository, VALUE};
use crate::stage::Keybaton;

const TEAM: &str = "[extend]\nuseDefault = true\n[[rules]]\nid = 'acme'\nregex = '''acme-([a-f0-9]{12})'''\n\
                    keywords = ['acme']\n[[allowlists]]\npaths = ['''^vendor/''']\n";

#[tokio::test]
async fn a_configuration_of_gitleaks_in_the_repository_is_used() {
    let repository = Repository::new();
    repository.stage(".gitleaks.toml", TEAM);
    repository.stage("a.txt", format!("acme-0123456789ab\n{LINE}"));
    repository.stage("vendor/b.py", LINE);
    assert_eq!(repository.found("--staged").await, ["a.txt:1 acme", "a.txt:2 password"]);
}

#[tokio::test]
async fn a_configuration_can_be_named() {
    let keybaton = Keybaton::new();
    keybaton.write("own.toml", TEAM);
    keybaton.write("a.txt", "acme-0123456789ab\n");
    keybaton.run("scan a.txt").await.exits(0);
    for flag in ["--rules", "--config"] {
        keybaton.run(&format!("scan a.txt {flag} own.toml")).await.exits(1).prints(&["[acme]"]);
    }
    keybaton.run("scan a.txt --rules missing.toml").await.exits(2).explains();
}

#[tokio::test]
async fn a_broken_rule_is_named_by_file_line_and_column() {
    let keybaton = Keybaton::new();
    keybaton.write(".gitleaks.toml", "[[rules]]\nid = 'a'\nregex = '''ab(c'''\n");
    keybaton.run("scan .").await.exits(2).explains().says(&[".gitleaks.toml:3:14: unclosed group"]);
}

#[tokio::test]
async fn comments_and_ignored_places_are_left_out() {
    let repository = Repository::new();
    for comment in ["keybaton:allow", "gitleaks:allow"] {
        repository.stage("a.py", format!("{} # {comment}\n", LINE.trim_end()));
        repository.scan("--staged").await.exits(0);
    }
    repository.stage("a.py", LINE);
    repository.stage(".gitleaksignore", "a.py:password:1\n");
    repository.scan("--staged").await.exits(0);
    repository.stage("a.py", format!("\n{LINE}"));
    repository.scan("--staged").await.exits(1);
}

#[tokio::test]
async fn a_baseline_holds_what_was_accepted_wherever_it_moves() {
    let keybaton = Keybaton::new();
    keybaton.write("a.py", LINE);
    keybaton.run("scan a.py --write-baseline known").await.exits(0).hides(VALUE);
    keybaton.write("b.py", &format!("\n\n{LINE}"));
    keybaton.run("scan a.py b.py --baseline known").await.exits(0);
    keybaton.write("b.py", &LINE.replace("92", "93"));
    keybaton.run("scan a.py b.py --baseline known").await.exits(1).prints(&["b.py:1"]);
    keybaton.run("scan a.py --baseline missing").await.exits(2).explains();
}
