//! Access tokens: printed once, stored as a hash, listed, revoked.

use std::fs;

use keybaton_types::is_token;

use crate::stage::{Bench, Keybaton, SECRET};

const TERMS: &str = r#"
overlap = { until = "time" }
consumers = [{ name = "billing", evidence = "ack" }]
"#;

#[tokio::test]
async fn a_token_is_printed_alone_and_only_its_hash_is_kept() {
    let bench = Bench::bare(TERMS).await;
    let made = bench.run(&format!("token create --consumer billing --secret {SECRET}")).await.exits(0);
    let token = made.out.strip_suffix('\n').unwrap().to_owned();
    assert!(is_token(token.as_bytes()), "{}", made.transcript());
    assert!(!made.err.contains("warning"), "{}", made.transcript());
    made.says(&["made", "billing", "good for 90d", "this once"]);
    let listed = bench.run("token list").await.exits(0).hides(&token).prints(&["billing", SECRET, "never", "✓ good"]);
    let id = listed.out.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    for entry in fs::read_dir(bench.keybaton.path(".keybaton")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()), "the token is in a file");
    }
    bench.run("audit tail").await.exits(0).hides(&token).prints(&[&format!("the access token {id} was made")]);
    bench.run("audit verify").await.exits(0);
}

#[tokio::test]
async fn a_revoked_token_stays_in_the_list() {
    let bench = Bench::bare(TERMS).await;
    let line = format!("token create --consumer billing --secret {SECRET} --expires 2w --json");
    let made = bench.run(&line).await.exits(0).json();
    assert_eq!(made["schema"], "keybaton/token/v1");
    assert!(is_token(made["token"].as_str().unwrap().as_bytes()));
    let id = made["id"].as_str().unwrap();
    bench.run(&format!("token revoke {id}")).await.exits(0).says(&["revoked", "billing"]);
    let again = bench.run(&format!("token revoke {id} --json")).await.exits(0).json();
    assert_eq!((again["good"].as_bool(), again["token"].as_str()), (Some(false), None));
    let listed = bench.run("token list --json").await.exits(0).json();
    assert_eq!(listed["schema"], "keybaton/tokens/v1");
    assert_eq!(listed["tokens"][0]["id"], id);
    assert_eq!(listed["tokens"][0]["revoked"], again["revoked"]);
    bench.run("token list").await.exits(0).prints(&["✗ revoked"]);
    bench.run("audit tail").await.exits(0).prints(&["was revoked"]);
}

#[tokio::test]
async fn an_undeclared_consumer_is_a_warning() {
    let bench = Bench::bare(TERMS).await;
    let made = bench.run(&format!("token create --consumer reports --secret {SECRET}")).await.exits(0);
    made.says(&["warning: payments/prod declares no consumer reports"]);
}

#[tokio::test]
async fn what_makes_no_sense_makes_no_token() {
    let bench = Bench::bare(TERMS).await;
    let refused = bench.run("token create --consumer billing --secret other/prod").await.exits(2).explains();
    refused.says(&["other/prod is not in the configuration", "no token was made"]);
    for (line, word) in [
        ("token create --consumer billing", "--secret"),
        (&format!("token create --secret {SECRET}"), "--consumer"),
        (&format!("token create --consumer a/b --secret {SECRET}"), "no `/`"),
        (&format!("token create --consumer billing --secret {SECRET} --expires 3y"), "--expires"),
        (&format!("token create --consumer billing --secret {SECRET} --expires 900d"), "at most two years"),
        ("token revoke kbt_canary1", "has eight of a-z"),
        ("token", "create, list, revoke"),
    ] {
        bench.run(line).await.exits(2).says(&[word]);
    }
    let missing = bench.run("token revoke a1b2c3d4").await.exits(2).explains();
    missing.says(&["there is no token a1b2c3d4", "`keybaton token list`"]);
    bench.run("token list").await.exits(0).says(&["There is no token yet"]);
}

#[tokio::test]
async fn without_a_state_there_are_no_tokens() {
    Keybaton::new().run("token list").await.exits(2).explains().says(&["no keybaton.toml found"]);
}
