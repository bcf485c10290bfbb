//! `status`: every key, the oldest first.

use serde_json::Value;

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

const TERMS: &str = "owner = \"team-payments\"\nmax_age = \"90d\"\nevery = \"30d\"\n\
    overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn status_has_the_documented_shape() {
    let bench = Bench::with(TERMS).await;
    let status = bench.run("status --json").await.exits(0).json();
    assert_eq!(status["schema"], "keybaton/status/v1");
    let row = status["secrets"][0].as_object().unwrap();
    let documented = [
        "secret",
        "env",
        "version",
        "age_seconds",
        "max_age_seconds",
        "phase",
        "rotation",
        "live_credentials",
        "next_rotation",
        "overdue",
        "consumers",
    ];
    for key in documented {
        assert!(row.contains_key(key), "no {key} in {row:?}");
    }
    assert_eq!((&row["secret"], &row["env"], &row["version"]), (&"payments".into(), &"prod".into(), &1.into()));
    assert!(row["age_seconds"].as_u64().unwrap() > 2 * 365 * 86400, "{row:?}");
    assert_eq!(row["max_age_seconds"], 90 * 86400);
    assert_eq!((&row["phase"], &row["rotation"]), (&"idle".into(), &Value::Null));
    assert_eq!((&row["live_credentials"], &row["overdue"]), (&1.into(), &true.into()));
    assert!(row["next_rotation"].as_str().unwrap().ends_with('Z'), "{row:?}");
    for key in ["instances", "on_current", "stragglers"] {
        assert!(row["consumers"].as_object().unwrap().contains_key(key), "{row:?}");
    }
}

#[tokio::test]
async fn the_oldest_key_comes_first_and_the_list_ends_with_where_to_start() {
    let mut bench = Bench::with(TERMS).await;
    let young = bench.service.state().create("young").unwrap();
    let value = bench.service.state().reveal(&young).unwrap();
    while !bench.service.lets_in(&value).await {}
    bench.agree(&format!(
        "{TERMS}\n[secret.payments.env.aaa]\noverlap = {{ until = \"time\" }}\n[secret.payments.env.bbb]"
    ));
    bench.keybaton.feed(&format!("adopt payments/aaa --id {young}"), &value).await.exits(0);
    let status = bench.run("status").await.exits(0);
    let envs: Vec<&str> = status.out.lines().skip(1).filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(envs, ["prod", "aaa", "bbb"], "{}", status.transcript());
    status.prints(&["▲ overdue", "◆ not adopted"]).says(&["start small", "payments/bbb"]);
    bench.run("status --check").await.exits(1);
}

#[tokio::test]
async fn a_value_is_printed_only_when_it_is_asked_for_by_name() {
    let bench = Bench::with(TERMS).await;
    bench.run(&format!("get {SECRET}")).await.exits(2).says(&["--reveal", "hint:"]).hides(OLD_VALUE);
    let got = bench.run(&format!("get {SECRET} --reveal")).await.exits(0);
    assert_eq!((got.out.as_str(), got.err.as_str()), (&*format!("{OLD_VALUE}\n"), ""));
    bench.run("audit tail").await.exits(0).prints(&["tester"]).hides(OLD_VALUE);
}

#[tokio::test]
async fn a_plan_is_told_as_a_document_and_touches_nothing() {
    let bench = Bench::with(TERMS).await;
    let plan = bench.run(&format!("plan {SECRET} --json")).await.exits(0).json();
    assert_eq!(plan["schema"], "keybaton/plan/v1");
    assert!(plan["steps"].as_array().unwrap().len() > 3, "{plan}");
    assert!(plan["point_of_no_return"].as_str().unwrap().contains(OLD_ID), "{plan}");
    assert_eq!(bench.service.live(), [OLD_ID]);
}

#[tokio::test]
async fn status_shows_the_keys_of_one_owner_or_those_that_are_overdue() {
    let other = "\n[secret.mail]\nissuer = \"stranger\"\nowner = \"team-mail\"\nprobe = { http = \"GET http://127.0.0.1:9/\", bearer = \"{{ value }}\" }\n[secret.mail.env.prod]";
    let bench = Bench::with(&format!("{TERMS}{other}")).await;
    let rows = |ended: crate::stage::Ended| ended.exits(0).json()["secrets"].as_array().unwrap().len();
    assert_eq!(rows(bench.run("status --json").await), 2);
    assert_eq!(rows(bench.run("status --owner team-mail --json").await), 1);
    assert_eq!(rows(bench.run("status --overdue --json").await), 1);
    bench.run("status --overdue --owner team-mail").await.exits(0).says(&["No key is overdue"]);
    bench
        .run("status --owner nobody")
        .await
        .exits(2)
        .explains()
        .says(&["no secret has the owner", "team-mail, team-payments"]);
    let all = bench.run("status").await.exits(0);
    all.says(&["2 keys: 1 overdue, 1 not adopted.", "not adopted: `keybaton adopt mail/prod --id ID`"]);
}

#[tokio::test]
async fn a_key_without_policy_and_owner_says_both() {
    let bench = Bench::with("overlap = { min = \"1s\", until = \"time\" }").await;
    bench.run("status").await.exits(0).prints(&["◆ no policy, no owner"]);
}

#[tokio::test]
async fn a_narrow_terminal_gets_blocks_and_no_broken_words() {
    let mut bench = Bench::with(TERMS).await;
    bench.keybaton.set("COLUMNS", "60");
    let narrow = bench.run("status").await.exits(0).prints(&["payments/prod ▲ overdue by", "  age 3y"]);
    assert!(narrow.out.lines().all(|line| line.chars().count() <= 60), "{}", narrow.transcript());
    bench.keybaton.set("COLUMNS", "200");
    bench.run("status").await.exits(0).prints(&["KEY", "NEXT ROTATION"]);
}
