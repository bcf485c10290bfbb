//! What a program says of itself is held against the settings.

use keybaton_ports::{Blame, Issuer};
use serde_json::{Value, json};

use super::rig::Rig;

async fn differences(said: &Value, settings: &Value) -> Vec<String> {
    let rig = Rig::script(&format!("printf '%s\\n' '{}'", json!({ "schema": "keybaton/exec/v1", "ok": said })));
    rig.issuer(settings).describing().unwrap().differences().await.unwrap()
}

#[tokio::test]
async fn a_program_that_says_the_same_or_nothing_differs_in_nothing() {
    let settings = json!({ "can": ["list", "disable"], "value": "ours", "ids": "again", "max_credentials": 2 });
    for said in [json!({}), settings.clone(), json!({ "can": ["disable", "list"] })] {
        assert_eq!(differences(&said, &settings).await, Vec::<String>::new(), "{said}");
    }
}

#[tokio::test]
async fn every_difference_is_a_sentence() {
    let said = json!({ "can": ["list", "probe"], "value": "ours", "ids": "again", "max_credentials": 2 });
    let found = differences(&said, &json!({ "can": ["list", "disable"] })).await;
    let expected = [
        "it can \"probe\", which `can` does not have",
        "`can` has \"disable\", and it says that it cannot",
        "`value` is \"theirs\", and it says \"ours\"",
        "`ids` is \"once\", and it says \"again\"",
        "`max_credentials` is not set, and it says 2",
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_program_that_does_not_know_the_verb_says_so() {
    let answer = r#"printf '{"schema":"keybaton/exec/v1","refused":"unknown verb","blame":"unsupported"}\n'"#;
    let rig = Rig::script(answer);
    let fault = rig.issuer(&json!({})).describing().unwrap().differences().await.unwrap_err();
    assert_eq!(fault.blame, Blame::Unsupported);
}
