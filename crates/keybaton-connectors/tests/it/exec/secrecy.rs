//! Where a secret must not show.

use keybaton_testkit::canary;
use serde_json::json;

use super::rig::{Rig, TOKEN, VALUE, text};

#[tokio::test]
async fn no_argument_and_no_variable_holds_a_secret() {
    let rig = Rig::script(
        "cat >/dev/null; cat /proc/$$/cmdline /proc/$$/environ >\"$(dirname \"$0\")/seen\"; umask >>\"$(dirname \"$0\")/seen\"",
    );
    rig.create(&json!({})).await.err().unwrap();
    let seen = std::fs::read(rig.path("seen")).unwrap();
    assert_eq!(canary::found(&seen, &text(TOKEN)), None);
    let words = String::from_utf8_lossy(&seen);
    assert!(words.contains("program") && words.ends_with("0077\n"), "{words}");
    for variable in
        std::env::vars().map(|(name, _)| name).filter(|name| !["PWD", "SHLVL", "_"].contains(&name.as_str()))
    {
        assert!(!words.contains(&format!("{variable}=")), "{variable} was handed on");
    }
}

#[tokio::test]
async fn the_words_of_a_program_are_shown_without_what_it_was_given() {
    let rig = Rig::script("cat >&2; echo 'it went wrong' >&2; exit 1");
    for fault in [rig.create(&json!({})).await.err().unwrap(), rig.probe().await.unwrap_err()] {
        let told = format!("{fault} {fault:?}");
        assert!(told.contains("it went wrong"), "{told}");
        for value in [TOKEN, VALUE] {
            assert_eq!(canary::found(told.as_bytes(), &text(value)), None, "{told}");
        }
    }
}

#[tokio::test]
async fn a_value_that_was_just_made_is_not_shown_when_the_program_fails() {
    let rig = Rig::script("echo 'made sk_live_4f9a81c77e52aa01bb, then crashed' >&2; exit 1");
    let told = rig.create(&json!({})).await.err().unwrap().to_string();
    assert!(told.contains("then crashed") && !told.contains("4f9a81c77e52"), "{told}");
    let rig = Rig::script(
        "printf '{\"schema\":\"keybaton/exec/v1\",\"ok\":{\"id\":\"k\",\"value\":7,\"x\":\"sk_live_4f9a81c7\"}}\\n'",
    );
    let fault = rig.create(&json!({})).await.err().unwrap();
    assert!(!format!("{fault} {fault:?}").contains("4f9a81c7"), "{fault}");
}
