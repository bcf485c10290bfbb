//! Flags and names that do not exist.

use crate::stage::Keybaton;

#[tokio::test]
async fn a_wrong_flag_is_answered_with_the_right_one() {
    let ended = Keybaton::new().run("rotate payments/prod --wat").await.exits(2).explains();
    ended.says(&["`keybaton rotate` has no flag `--wat`", "did you mean `--wait`", "`keybaton rotate --help`"]);
}

#[tokio::test]
async fn a_wrong_command_is_answered_with_the_right_one() {
    Keybaton::new().run("rotat").await.exits(2).explains().says(&["did you mean `rotate`"]);
    Keybaton::new().run("config shw").await.exits(2).explains().says(&["did you mean `show`"]);
}

#[tokio::test]
async fn a_command_without_its_verb_names_the_verbs() {
    let ended = Keybaton::new().run("config").await.exits(2).explains();
    ended.says(&["`keybaton config` needs to know what to do", "check", "show", "schema"]);
}

#[tokio::test]
async fn a_name_that_is_no_secret_is_shown_how_one_looks() {
    Keybaton::new().run("rotate payments").await.exits(2).explains().says(&["NAME/ENV, such as payments/prod"]);
    Keybaton::new().run("rotate").await.exits(2).explains().says(&["<SECRET> is missing"]);
}

#[tokio::test]
async fn words_that_may_be_secrets_are_not_repeated() {
    let canary = "sk_live_Canary51H8xyz";
    for line in ["adopt a/b --id a", "status", "rotate", "status --color", "adopt a/b --id a --from", "config"] {
        Keybaton::new().run(&format!("{line} {canary}")).await.exits(2).explains().hides(canary);
    }
    Keybaton::new().run(&format!("status --token={canary}")).await.exits(2).explains().hides(canary);
}

#[tokio::test]
async fn the_bare_name_says_where_to_begin() {
    let keybaton = Keybaton::new();
    let empty = keybaton.run("").await.exits(2).says(&["no keybaton.toml here yet", "keybaton init", "keybaton demo"]);
    assert_eq!(empty.out, "");
    keybaton.run("init").await.exits(0);
    keybaton.run("").await.exits(2).says(&["Configured by keybaton.toml", "keybaton status"]);
}

#[tokio::test]
async fn usual_words_of_other_tools_are_understood() {
    let keybaton = Keybaton::new();
    keybaton.run("init").await.exits(0);
    keybaton.run("ls").await.exits(0);
    keybaton.run("import --help").await.exits(0).prints(&["Usage: keybaton adopt"]);
}

#[tokio::test]
async fn the_version_says_what_this_binary_reaches() {
    let long = Keybaton::new().run("--version").await.exits(0).prints(&["keybaton 0.", "connectors: ", "http"]);
    assert!(long.out.lines().count() > 1);
    let short = Keybaton::new().run("-V").await.exits(0);
    assert_eq!(short.out.lines().count(), 1);
}

#[tokio::test]
async fn a_duration_that_is_none_is_refused() {
    Keybaton::new().run("rotate payments/prod --wait=soon").await.exits(2).says(&["--wait"]);
}

#[tokio::test]
async fn a_value_cannot_be_given_in_the_arguments() {
    let ended = Keybaton::new().run("adopt payments/prod --id a --from sk_live_canary_1").await.exits(2);
    ended.says(&["env:NAME"]);
    Keybaton::new().run("adopt payments/prod --id a --value x").await.exits(2);
}
