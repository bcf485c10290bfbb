//! Who may do what from afar: nobody more than the token says, and who did it is in the audit.

use super::{
    access::UNKNOWN,
    side::{Side, Where, caller},
};
use crate::stage::{OLD_ID, OLD_VALUE};

/// Lines that change something, or show what only an operator sees.
const LINES: &[&str] = &[
    "status",
    "needs-rotation payments/prod",
    "plan payments/prod",
    "explain payments/prod",
    "rotate payments/prod --yes",
    "rollback payments/prod",
    "revoke payments/prod --version 1 --yes",
    "pause payments/prod --until 1d",
    "pause --all --until 1d",
    "resume payments/prod",
    "consumers list payments/prod",
    "consumers ack payments/prod billing",
    "get payments/prod --reveal",
    "history",
    "audit tail",
    "audit verify",
    "token list",
    "token create --operator x --all",
    "token revoke a1b2c3d4",
];

#[tokio::test]
async fn a_token_that_the_server_does_not_know_does_nothing() {
    let side = Side::start(Where::Afar).await;
    let unknown = caller(&side.url, UNKNOWN);
    for line in LINES {
        let ended = unknown.run(line).await.exits(3).explains().hides(UNKNOWN);
        ended.says(&["no access token that is accepted", "--token-file", "nothing was changed"]);
    }
    let gone = side.caller("--operator gone --all").await;
    gone.run("status").await.exits(0);
    let listed = side.run("token list --json", "").await.exits(0).json();
    let row = listed["tokens"].as_array().unwrap().iter().find(|row| row["operator"] == "gone").unwrap().clone();
    side.run(&format!("token revoke {}", row["id"].as_str().unwrap()), "").await.exits(0);
    let refused = async { while gone.run("status").await.code() != Some(3) {} };
    tokio::time::timeout(std::time::Duration::from_mins(1), refused).await.expect("a revoked token is accepted");
}

#[tokio::test]
async fn a_reader_does_nothing_of_an_operator() {
    let side = Side::start(Where::Afar).await;
    let reader = side.caller("--consumer billing --secret payments/prod").await;
    for line in LINES {
        let ended = reader.run(line).await.exits(3).explains();
        ended.says(&["for reading, not for operating", "nothing was changed", "--operator"]);
    }
    let adopted = reader.feed(&format!("adopt payments/prod --id {OLD_ID}"), OLD_VALUE).await;
    adopted.exits(3).explains().says(&["for reading, not for operating"]).hides(OLD_VALUE);
    assert_eq!(side.bench.book().await.rotations(), 0);
}

#[tokio::test]
async fn an_operator_works_on_what_its_token_names_and_on_nothing_else() {
    let side = Side::start(Where::Afar).await;
    side.run(&format!("adopt payments/prod --id {OLD_ID}"), OLD_VALUE).await.exits(0);
    let staging = side.caller("--operator deploy --secret payments/staging").await;
    let status = staging.run("status --json").await.exits(0).json();
    let rows: Vec<&str> = status["secrets"].as_array().unwrap().iter().filter_map(|row| row["env"].as_str()).collect();
    assert_eq!(rows, ["staging"]);
    for line in LINES.iter().filter(|line| line.contains("payments/prod") && !line.contains("list")) {
        let ended = staging.run(line).await;
        assert!(ended.code() == Some(3) || line.starts_with("needs-rotation"), "{}", ended.transcript());
        assert!(ended.code() != Some(3) || ended.err.contains("payments/prod"), "{}", ended.transcript());
    }
    for line in ["pause --all --until 1d", "pause --owner team-payments --until 1d", "audit verify"] {
        staging.run(line).await.exits(3).explains().says(&["about all of them"]);
    }
    staging.run("rotate payments/staging --wait --yes").await.exits(0);
    let history = staging.run("history --json").await.exits(0).json();
    assert_eq!(history["rotations"][0]["env"], "staging");
    assert!(history["rotations"][0]["by"].as_str().unwrap().starts_with("deploy (token "), "{history}");
    let rows = staging.run("audit tail -n 100").await.exits(0);
    assert!(rows.out.contains("payments/staging") && !rows.out.contains("payments/prod"), "{}", rows.transcript());
    assert_eq!(side.bench.book().await.rotations(), 0, "prod was touched");
    side.bench.run("audit verify").await.exits(0);
}

#[tokio::test]
async fn an_operator_is_shown_a_value_only_by_a_token_that_says_so() {
    let side = Side::start(Where::Afar).await;
    side.run(&format!("adopt payments/prod --id {OLD_ID}"), OLD_VALUE).await.exits(0).hides(OLD_VALUE);
    let blind = side.caller("--operator deploy --all").await;
    blind.run("get payments/prod --reveal").await.exits(3).explains().says(&["shown no values"]).hides(OLD_VALUE);
    side.bench.run("audit tail payments/prod").await.exits(0).hides("revealed");
    let sees = side.caller("--operator oncall --secret payments/prod --reveal").await;
    assert_eq!(sees.run("get payments/prod --reveal").await.exits(0).out, format!("{OLD_VALUE}\n"));
    sees.run("get payments/staging --reveal").await.exits(3).explains();
    let rows = side.bench.run("audit tail payments/prod").await.exits(0);
    assert!(rows.out.lines().any(|row| row.contains("oncall (token ") && row.contains("revealed")), "{}", rows.out);
}

#[tokio::test]
async fn a_token_gives_nothing_that_it_does_not_have() {
    let side = Side::start(Where::Afar).await;
    let narrow = side.caller("--operator deploy --secret payments/staging --expires 1d").await;
    let made =
        narrow.run("token create --operator helper --secret payments/staging --expires 2w --json").await.exits(0);
    let made = made.json();
    let listed = narrow.run("token list --json").await.exits(0).json();
    let names: Vec<&str> = listed["tokens"].as_array().unwrap().iter().filter_map(|r| r["operator"].as_str()).collect();
    assert_eq!(names, ["helper", "deploy"], "the operator of everything is out of reach");
    assert!(made["expires"].as_str() <= listed["tokens"][1]["expires"].as_str(), "{made} outlives its maker: {listed}");
    for (rights, word) in [
        ("--operator x --all", "about all of them"),
        ("--operator x --secret payments/prod", "does not operate on payments/prod"),
        ("--operator x --secret payments/staging --reveal", "shown no values"),
        ("--consumer billing --secret payments/staging", "shown no values"),
    ] {
        narrow.run(&format!("token create {rights}")).await.exits(3).explains().says(&[word]);
    }
    let ops = side.run("token list --json", "").await.exits(0).json();
    let all = ops["tokens"].as_array().unwrap().iter().find(|row| row["all"] == true).unwrap();
    let id = all["id"].as_str().unwrap();
    narrow.run(&format!("token revoke {id}")).await.exits(2).explains().says(&["there is no token"]);
    let unseeing = side.caller("--operator clerk --all").await;
    unseeing.run("token create --consumer billing --secret payments/prod").await.exits(3).says(&["shown no values"]);
    unseeing.run("token create --operator x --all --reveal").await.exits(3).says(&["shown no values"]);
    unseeing.run("token create --operator x --all").await.exits(0);
}

#[tokio::test]
async fn a_token_may_come_from_a_file() {
    let side = Side::start(Where::Afar).await;
    let keybaton = crate::stage::Keybaton::new();
    let token = super::side::token(&side.bench, "--operator deploy --all").await;
    keybaton.write("token", &format!("{token}\n"));
    let line = format!("status --json --server {} --token-file token", side.url);
    keybaton.run(&line).await.exits(0).hides(&token);
}

#[tokio::test]
async fn leaving_a_rotation_alone_does_not_end_it() {
    let side = Side::start(Where::Afar).await;
    side.run("rotate payments/staging --wait --yes", "").await.exits(0);
    let mut following = side.begin("rotate payments/staging --wait --yes");
    following.says("draining").await;
    following.signal(rustix::process::Signal::INT);
    following.ended().await.exits(130).says(&["Detached", "keybaton rotate payments/staging --wait"]);
    side.only_waits_for_consumers("payments/staging").await;
    side.run("consumers ack payments/staging billing", "").await.exits(0);
    side.rests().await;
    let history = side.run("history payments/staging -n 1 --json", "").await.exits(0).json();
    assert_eq!(history["rotations"][0]["outcome"], "done", "{history}");
}
