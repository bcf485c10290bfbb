//! Taking over a key that was there before, without changing it.

use keybaton_sandbox::Operation;

use crate::stage::{ADMIN, Bench, OLD_ID, OLD_VALUE, SECRET};

const TERMS: &str = "overlap = { until = \"time\" }";

#[tokio::test]
async fn a_key_is_taken_over_from_standard_input_and_nothing_is_changed() {
    let bench = Bench::bare(TERMS).await;
    let before = bench.service.state().keys();
    bench
        .adopt()
        .await
        .exits(0)
        .says(&["nothing was changed at the issuer", "created 20", "made by 4711", "(3y old)"])
        .hides(OLD_VALUE);
    let changes = [Operation::Create, Operation::Disable, Operation::Enable, Operation::Destroy];
    assert!(changes.iter().all(|operation| bench.service.state().calls(*operation) == 0));
    let after = bench.service.state().keys();
    assert_eq!((before.len(), &before[0].label), (after.len(), &after[0].label));
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_key_is_taken_over_from_a_variable() {
    let mut bench = Bench::bare(TERMS).await;
    bench.keybaton.set("OLD_KEY", OLD_VALUE);
    bench.run(&format!("adopt {SECRET} --id {OLD_ID} --from env:OLD_KEY")).await.exits(0).hides(OLD_VALUE);
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_key_is_taken_over_from_a_file_and_told_as_a_document() {
    let bench = Bench::bare(TERMS).await;
    bench.keybaton.write("old.key", &format!("{OLD_VALUE}\n"));
    let line = format!("adopt {SECRET} --id {OLD_ID} --from file:old.key --json");
    let adopted = bench.run(&line).await.exits(0).hides(OLD_VALUE).json();
    assert_eq!(adopted["schema"], "keybaton/adopted/v1");
    assert_eq!((&adopted["version"], &adopted["proven"]), (&1.into(), &true.into()));
    assert!(adopted["created"].as_str().unwrap().starts_with("20"), "{adopted}");
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_value_that_the_probe_refuses_is_not_stored() {
    let bench = Bench::bare(TERMS).await;
    let line = format!("adopt {SECRET} --id {OLD_ID}");
    bench.keybaton.feed(&line, "not-the-value").await.exits(1).explains().hides("not-the-value").hides(ADMIN);
    assert_eq!(bench.status().await["version"], serde_json::Value::Null);
    bench.keybaton.feed(&format!("{line} --unproven"), OLD_VALUE).await.exits(0);
}

#[tokio::test]
async fn a_key_that_is_managed_already_is_not_taken_over_again() {
    let bench = Bench::with(TERMS).await;
    bench.adopt().await.exits(1).explains().says(&["managed already"]);
}

#[tokio::test]
async fn an_empty_value_is_refused() {
    let bench = Bench::bare(TERMS).await;
    let ended = bench.keybaton.feed(&format!("adopt {SECRET} --id {OLD_ID}"), "\n").await;
    ended.exits(2).explains().says(&["the value is empty"]);
}

#[tokio::test]
async fn what_the_issuer_does_not_tell_is_said() {
    let bench = Bench::bare(TERMS).await;
    bench.adopt().await.exits(0).says(&["this issuer does not tell live sessions", "made by 4711", "3y"]);
    bench.run(&format!("audit tail {SECRET}")).await.exits(0).prints(&["adopted key/legacy+1 (made by 4711, 3y"]);
}

#[tokio::test]
async fn an_issuer_that_cannot_list_is_warned_of() {
    let bench = Bench::bare(TERMS).await;
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    let without: Vec<&str> = config.lines().filter(|line| !line.starts_with("list ")).collect();
    bench.keybaton.write("keybaton.toml", &without.join("\n"));
    let line = format!("adopt {SECRET} --id {OLD_ID} --json");
    let adopted = bench.keybaton.feed(&line, OLD_VALUE).await.exits(0).json();
    assert_eq!(adopted["untold"], serde_json::json!(["list", "creator", "created", "last-used", "sessions"]));
    assert_eq!((&adopted["age_seconds"], &adopted["full"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let again = Bench::bare(TERMS).await;
    again.keybaton.write("keybaton.toml", &without.join("\n").replace(bench.service.url(), again.service.url()));
    again.adopt().await.exits(0).says(&["cannot list its keys", "the key's age counts from now"]);
}

#[tokio::test]
async fn a_key_that_the_issuer_does_not_list_is_refused_with_those_that_it_lists() {
    let bench = Bench::bare(TERMS).await;
    let ended = bench.keybaton.feed(&format!("adopt {SECRET} --id wrong"), OLD_VALUE).await.exits(1).explains();
    ended.says(&["lists no key with the id wrong", &format!("it lists {OLD_ID}")]);
}

#[tokio::test]
async fn a_key_whose_issuer_is_full_is_taken_over_with_a_warning() {
    let bench = Bench::bare(TERMS).await;
    let other = bench.service.state().create("somebody").unwrap();
    let ended = bench.adopt().await.exits(0);
    ended.says(&["no room", "allows 2 keys and holds 2: a rotation would be held", &other, "3y"]);
    let plan = bench.run(&format!("plan {SECRET}")).await.exits(1);
    plan.prints(&["would be held", "the issuer holds 2 keys and allows 2", &format!("{OLD_ID} (made by 4711, 3y")]);
}

#[tokio::test]
async fn a_value_with_an_odd_shape_is_warned_of_before_it_is_stored_and_never_shown() {
    let bench = Bench::bare(TERMS).await;
    for (value, words) in [
        ("\"sk_quoted_value\"", "it stands in quotes"),
        ("changeme", "placeholder"),
        ("API_KEY=sk_assigned_value", "a whole line NAME=value"),
        ("sk_with_space ", "white space"),
    ] {
        let ended = bench.keybaton.feed(&format!("adopt {SECRET} --id {OLD_ID}"), value).await.exits(1);
        ended.says(&["warning: the value looks odd", words]).hides(value.trim());
    }
    let line = format!("adopt {SECRET} --id {OLD_ID} --unproven --json");
    let adopted = bench.keybaton.feed(&line, "changeme").await.exits(0).json();
    assert_eq!((&adopted["probe"], &adopted["proven"]), (&"refused".into(), &false.into()));
    assert_eq!(adopted["warnings"].as_array().unwrap().len(), 1, "{adopted}");
}
