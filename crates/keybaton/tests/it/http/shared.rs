//! One value in two environments: refused, or taken over and then never revoked under the other.

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET, Service};

const OTHER: &str = "payments/staging";

fn terms() -> String {
    let overlap = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";
    format!("{overlap}\n[secret.payments.env.staging]\n{overlap}")
}

/// Both environments hold the old key.
async fn shared() -> Bench {
    let bench = Bench::at(Service::with_room(4).await, &terms()).await;
    bench.adopt().await.exits(0);
    let line = format!("adopt {OTHER} --id {OLD_ID} --shared");
    bench.keybaton.feed(&line, OLD_VALUE).await.exits(0).says(&["shared", "payments/prod holds the same value"]);
    bench
}

#[tokio::test]
async fn a_value_that_another_secret_holds_is_refused() {
    let bench = Bench::at(Service::with_room(4).await, &terms()).await;
    bench.adopt().await.exits(0);
    let ended = bench.keybaton.feed(&format!("adopt {OTHER} --id {OLD_ID}"), OLD_VALUE).await.exits(1).explains();
    ended.says(&["payments/prod holds the same value", "revokes it for both", "--shared"]).hides(OLD_VALUE);
    bench.run("status").await.exits(0).prints(&["not adopted"]);
}

#[tokio::test]
async fn a_shared_value_is_reported_everywhere_and_not_revoked_under_the_other() {
    let bench = shared().await;
    let row = bench.status().await;
    assert_eq!(row["shared_with"].as_array().unwrap().len(), 1, "{row}");
    bench.run("status").await.exits(0).prints(&["shared with payments/staging", "shared with payments/prod"]);
    bench.run(&format!("plan {SECRET}")).await.exits(0).prints(&["payments/staging holds the same value"]);
    bench.run(&format!("explain {OTHER}")).await.exits(0).prints(&["payments/prod holds the same value."]);
    let ended = bench.run(&format!("rotate {SECRET} --wait=5s")).await.exits(6);
    ended.says(&["payments/staging holds the same value"]);
    assert!(bench.service.lets_in(OLD_VALUE).await, "the other environment has lost its key");
}

#[tokio::test]
async fn when_both_have_a_key_of_their_own_the_shared_one_dies() {
    let bench = shared().await;
    bench.run(&format!("rotate {SECRET} --wait=4s")).await.exits(6);
    bench.run(&format!("rotate {OTHER} --wait")).await.exits(0);
    assert!(!bench.service.live().contains(&OLD_ID.to_owned()), "{:?}", bench.service.live());
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(bench.service.live().len(), 2);
    bench.run("audit verify").await.exits(0);
    assert_eq!(bench.run("status --json").await.json()["secrets"][0]["shared_with"], serde_json::json!([]));
}

#[tokio::test]
async fn a_person_may_revoke_it_all_the_same_and_the_record_says_so() {
    let bench = shared().await;
    bench.run(&format!("rotate {SECRET} --wait=4s")).await.exits(6);
    bench.run(&format!("revoke {SECRET} --version 1 --yes")).await.exits(0);
    let history = bench.run(&format!("history {SECRET} --json")).await.exits(0).json();
    assert_eq!(history["rotations"][0]["cut_off"], serde_json::json!([OTHER]));
    assert_eq!(history["rotations"][0]["grade"], "assumed");
}

#[tokio::test]
async fn a_value_that_was_revoked_is_never_taken_over_again() {
    let bench = Bench::at(Service::with_room(4).await, &terms()).await;
    bench.adopt().await.exits(0);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let again = bench.service.state().create("again").unwrap();
    let line = format!("adopt {OTHER} --id {again} --unproven --shared");
    let ended = bench.keybaton.feed(&line, OLD_VALUE).await.exits(1).explains();
    ended.says(&["payments/prod has revoked this very value"]).hides(OLD_VALUE);
}
